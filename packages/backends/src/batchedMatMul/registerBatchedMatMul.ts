import {
  BatchMatMul,
  getKernel,
  type KernelConfig,
  type KernelFunc,
  registerKernel,
  type TensorInfo,
  unregisterKernel,
} from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { multiplierOf } from './multiplierOf.js';

/**
 * Makes products of many small matrices fast on the wasm backend, as attention needs them: `[B, H, T, Dh]` by `[B, H, Dh, S]`.
 *
 * TensorFlow.js 4.22 runs a scalar loop when both sides are batched, at about a tenth of the speed. Everything else (one
 * matrix, broadcast batches, transposed sides, other dtypes) stays with the backend's own kernel, and all of it where
 * the engine has no SIMD or the heap is shared between threads.
 */
export function registerBatchedMatMul(): void {
  const original = getKernel(BatchMatMul, 'wasm') as KernelConfig | undefined; // typed as always present
  if (original === undefined || registered.has(original.kernelFunc)) return;
  const kernelFunc: KernelFunc = (call) => multiplyBatches(call) ?? original.kernelFunc(call);
  registered.add(kernelFunc);
  unregisterKernel(BatchMatMul, 'wasm');
  registerKernel({ ...original, kernelFunc });
}

const registered = new WeakSet<KernelFunc>();

/** Undefined where the case is not one of ours. */
function multiplyBatches({ inputs, attrs, backend }: Parameters<KernelFunc>[0]): TensorInfo | undefined {
  const { a, b } = inputs as { a: TensorInfo; b: TensorInfo }; // the kernel's contract
  if (attrs?.transposeA === true || attrs?.transposeB === true || !areOurs(a, b)) return undefined;
  const wasm = backend as Pick<BackendWasm, 'makeOutput' | 'typedArrayFromHeap'>; // registered for 'wasm' only
  const multiply = multiplierOf(backend);
  if (!multiply) return undefined;
  const batch = a.shape.slice(0, -2);
  const [rows = 0, inner = 0] = a.shape.slice(-2);
  const columns = b.shape.at(-1) ?? 0;
  const output = wasm.makeOutput([...batch, rows, columns], 'float32');
  const offset = (tensor: TensorInfo): number => wasm.typedArrayFromHeap(tensor).byteOffset;
  multiply(offset(a), offset(b), offset(output), sizeOf(batch), rows, inner, columns);
  return output;
}

function areOurs(a: TensorInfo, b: TensorInfo): boolean {
  const batch = a.shape.slice(0, -2);
  return (
    a.dtype === 'float32' &&
    b.dtype === 'float32' &&
    a.shape.length === b.shape.length &&
    a.shape.at(-1) === b.shape.at(-2) &&
    batch.every((size, axis) => size === b.shape[axis]) &&
    sizeOf(batch) > 1 &&
    sizeOf(a.shape) > 0 &&
    sizeOf(b.shape) > 0
  );
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
