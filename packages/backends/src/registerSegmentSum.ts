import {
  getKernel,
  type KernelConfig,
  type KernelFunc,
  registerKernel,
  type TensorInfo,
  unregisterKernel,
  UnsortedSegmentSum,
  util,
} from '@tensorflow/tfjs-core';
import type { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';

/**
 * Registers a linear-time `UnsortedSegmentSum`, the kernel behind the gradient of `gather`.
 *
 * The wasm backend of TensorFlow.js 4.22 has none (tensorflow/tfjs#8474); the one of the cpu backend passes over all of
 * `x` once per segment, that is once per word of a vocabulary. Ids outside `[0, numSegments)` are left out, as in
 * TensorFlow.
 *
 * @param backendName - whose kernel to register; doing it twice does nothing
 */
export function registerSegmentSum(backendName: 'wasm' | 'cpu'): void {
  const kernel = backendName === 'wasm' ? wasmSegmentSum : cpuSegmentSum;
  const present = getKernel(UnsortedSegmentSum, backendName) as KernelConfig | undefined; // typed as always present
  if (present?.kernelFunc === kernel) return;
  if (present !== undefined) unregisterKernel(UnsortedSegmentSum, backendName);
  registerKernel({ kernelName: UnsortedSegmentSum, backendName, kernelFunc: kernel });
}

const wasmSegmentSum: KernelFunc = ({ inputs, attrs, backend }) => {
  const { x, segmentIds } = inputs as { x: TensorInfo; segmentIds: TensorInfo }; // the kernel's contract
  const wasm = backend as Pick<BackendWasm, 'makeOutput' | 'typedArrayFromHeap'>; // registered for 'wasm' only
  const numSegments = attrs?.numSegments as number;
  const output = wasm.makeOutput(outputShape(x, segmentIds, numSegments), x.dtype);
  // Views come after the allocation, which may move the heap.
  const sums = wasm.typedArrayFromHeap(output);
  sums.fill(0);
  addSegments(wasm.typedArrayFromHeap(x), wasm.typedArrayFromHeap(segmentIds), numSegments, sums);
  return output;
};

const cpuSegmentSum: KernelFunc = ({ inputs, attrs, backend }) => {
  const { x, segmentIds } = inputs as { x: TensorInfo; segmentIds: TensorInfo }; // the kernel's contract
  const cpu = backend as Pick<MathBackendCPU, 'data' | 'makeTensorInfo'>; // registered for 'cpu' only
  const numSegments = attrs?.numSegments as number;
  const shape = outputShape(x, segmentIds, numSegments);
  const sums = util.makeZerosTypedArray(util.sizeFromShape(shape), x.dtype as 'float32' | 'int32'); // no other dtype adds
  const values = (tensor: TensorInfo) => cpu.data.get(tensor.dataId).values as Float32Array | Int32Array; // not strings
  addSegments(values(x), values(segmentIds), numSegments, sums);
  return cpu.makeTensorInfo(shape, x.dtype, sums);
};

function outputShape(x: TensorInfo, segmentIds: TensorInfo, numSegments: number): number[] {
  return [numSegments, ...x.shape.slice(segmentIds.shape.length)];
}

function addSegments(
  x: ArrayLike<number>,
  segmentIds: ArrayLike<number>,
  numSegments: number,
  sums: { readonly length: number; [index: number]: number },
): void {
  const width = sums.length / numSegments;
  for (let row = 0; row < segmentIds.length; row++) {
    const segment = segmentIds[row] ?? -1;
    if (segment < 0 || segment >= numSegments) continue;
    const from = row * width;
    const to = segment * width;
    for (let i = 0; i < width; i++) sums[to + i] = (sums[to + i] ?? 0) + (x[from + i] ?? 0);
  }
}
