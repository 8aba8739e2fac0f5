import type { DataType } from '@tensorflow/tfjs-core';
import { OnnxExportError } from '../OnnxExportError.js';

/** The element types of ONNX that are used here, by their number in the format. */
export const onnxTypes = { float32: 1, int8: 3, int32: 6, int64: 7, bool: 9, float16: 10 } as const;

/** Their names. */
export type OnnxType = keyof typeof onnxTypes;

/** A tensor as the format holds it. */
export interface OnnxTensor {
  readonly type: OnnxType;
  readonly shape: readonly number[];
  /** Little-endian, row by row. */
  readonly bytes: Uint8Array;
}

/** The element type of a TensorFlow.js tensor. */
export function onnxTypeOf(dtype: DataType): OnnxType {
  if (dtype === 'float32' || dtype === 'int32' || dtype === 'bool') return dtype;
  throw new OnnxExportError(`exportOnnx: tensors must be float32, int32 or bool, got ${dtype}.`);
}

/** Whole numbers as the format wants sizes and axes. */
export function int64Tensor(values: readonly number[], shape: readonly number[] = [values.length]): OnnxTensor {
  return { type: 'int64', shape, bytes: bytesOf(BigInt64Array.from(values, BigInt)) };
}

/** One number. */
export function float32Scalar(value: number): OnnxTensor {
  return { type: 'float32', shape: [], bytes: bytesOf(Float32Array.of(value)) };
}

/** The bytes of a typed array. The format is little-endian, and so is every machine that TensorFlow.js runs on. */
export function bytesOf(values: ArrayBufferView): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
