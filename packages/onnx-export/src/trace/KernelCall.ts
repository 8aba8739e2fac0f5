import type { DataType } from '@tensorflow/tfjs-core';

/** A tensor that took part in a computation. Two of equal key hold the same values. */
export interface TracedTensor {
  /** Names its values, shape and dtype within one trace. */
  readonly key: string;
  readonly shape: readonly number[];
  readonly dtype: DataType;
}

/** One kernel that ran. */
export interface KernelCall {
  /** In TensorFlow.js's registry, such as `'BatchMatMul'`. */
  readonly kernel: string;
  readonly inputs: Readonly<Record<string, TracedTensor>>;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly outputs: readonly TracedTensor[];
}
