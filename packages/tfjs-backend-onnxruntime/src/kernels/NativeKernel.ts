import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import { type OnnxRuntimeBackend } from '../OnnxRuntimeBackend.js';

/** What a kernel is called with. */
export interface KernelCall {
  readonly inputs: Readonly<Record<string, TensorInfo | undefined>>;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly backend: OnnxRuntimeBackend;
}

/** A kernel in ONNX Runtime; undefined where the case is left to the JavaScript backend. */
export type NativeKernel = (call: KernelCall) => TensorInfo | TensorInfo[] | undefined;

/** Kernels by their names in TensorFlow.js. */
export type NativeKernels = Readonly<Record<string, NativeKernel>>;

/** An input that the kernel's contract promises. */
export function inputOf({ inputs }: KernelCall, name: string): TensorInfo {
  const input = inputs[name];
  if (!input) throw new TypeError(`a kernel needs its input ${name}, got ${Object.keys(inputs).join(', ') || 'none'}.`);
  return input;
}

/** Whether all tensors are float32 and in memory. */
export function areFloats(backend: OnnxRuntimeBackend, ...tensors: readonly TensorInfo[]): boolean {
  return tensors.every((tensor) => tensor.dtype === 'float32' && backend.isNative(tensor));
}

/** Number of values. */
export function sizeOf({ shape }: TensorInfo): number {
  return util.sizeFromShape(shape);
}
