import { availableParallelism } from 'node:os';
import {
  findBackendFactory,
  getKernelsForBackend,
  type KernelFunc,
  registerBackend,
  registerKernel,
} from '@tensorflow/tfjs-core';
import { fusedKernels } from './fused/fusedKernels.js';
import { elementwise } from './kernels/elementwise.js';
import { matrices } from './kernels/matrices.js';
import { type KernelCall, type NativeKernel, type NativeKernels } from './kernels/NativeKernel.js';
import { reductions } from './kernels/reductions.js';
import { segmentSum } from './kernels/segmentSum.js';
import { shapes } from './kernels/shapes.js';
import { loadBinding } from './native/loadBinding.js';
import { OnnxRuntimeBackend, type OnnxRuntimeBackendOptions } from './OnnxRuntimeBackend.js';

/** The backend's name in TensorFlow.js. */
export const backendName = 'onnxruntime';
/** Above the backends that it is faster than, below those on graphics processors. */
const priority = 3;
const defaultSmallestWork = 2 ** 13;

const nativeKernels: NativeKernels = {
  ...elementwise,
  ...matrices,
  ...reductions,
  ...shapes,
  UnsortedSegmentSum: segmentSum,
};

/**
 * Registers the TensorFlow.js backend `'onnxruntime'`, with every kernel that the JavaScript backend has. The first call decides; later ones change
 * nothing.
 *
 * @param options - threads, by default as many as the process may use; the size from which ONNX Runtime is called
 * @throws `OnnxRuntimeUnavailableError` when `onnxruntime-node` is missing, of another version or does not load; nothing is registered then
 * @throws RangeError when the number of threads is not a whole number from 1, or the size not a number from 0
 *
 * @example
 * registerOnnxRuntimeBackend();
 * await setBackend('onnxruntime');
 */
export function registerOnnxRuntimeBackend({
  numThreads = availableParallelism(),
  smallestWork = defaultSmallestWork,
}: Partial<OnnxRuntimeBackendOptions> = {}): void {
  if (!(Number.isInteger(numThreads) && numThreads >= 1)) {
    throw new RangeError(`registerOnnxRuntimeBackend: numThreads must be a whole number from 1, got ${numThreads}.`);
  }
  if (!(smallestWork >= 0)) {
    throw new RangeError(`registerOnnxRuntimeBackend: smallestWork must be a number from 0, got ${smallestWork}.`);
  }
  const binding = loadBinding();
  // The declared type promises a factory, but an unknown name gives null.
  if ((findBackendFactory(backendName) as unknown) !== null) return;
  registerBackend(backendName, () => new OnnxRuntimeBackend(binding, { numThreads, smallestWork }), priority);
  // Kernels stay when a backend is removed.
  if (getKernelsForBackend(backendName).length === 0) registerKernels();
}

function registerKernels(): void {
  for (const kernel of getKernelsForBackend('cpu')) {
    const native = nativeKernels[kernel.kernelName];
    const kernelFunc = native ? withNative(native, kernel.kernelFunc) : kernel.kernelFunc;
    registerKernel({ ...kernel, backendName, kernelFunc: recorded(kernel.kernelName, kernelFunc) });
  }
  for (const [kernelName, kernelFunc] of Object.entries(fusedKernels)) {
    registerKernel({ kernelName, backendName, kernelFunc: recorded(kernelName, (call) => kernelFunc(callOf(call))) });
  }
}

function recorded(name: string, kernel: KernelFunc): KernelFunc {
  return (call) => {
    const own = callOf(call);
    return own.backend.runKernel(name, own, () => kernel(call));
  };
}

function withNative(native: NativeKernel, otherwise: KernelFunc): KernelFunc {
  return (call) => native(callOf(call)) ?? otherwise(call);
}

function callOf({ inputs, attrs, backend }: Parameters<KernelFunc>[0]): KernelCall {
  if (!(backend instanceof OnnxRuntimeBackend)) throw new TypeError('a kernel of another backend was called.');
  return { inputs, attributes: attrs ?? {}, backend };
}
