/** Element types of safetensors files that are read; the names are the format's own. */
export type TensorDtype = 'F64' | 'F32' | 'F16' | 'BF16' | 'I64' | 'I32' | 'I16' | 'I8' | 'U8' | 'BOOL';

/** Values of a tensor, row-major. `F16` and `BF16` are widened to float32 when read; `BOOL` is 0 or 1. */
export type TensorValues =
  Float32Array | Float64Array | BigInt64Array | Int32Array | Int16Array | Int8Array | Uint8Array;

/** A named tensor's contents, free of any tensor library. */
export interface TensorData {
  /** Type in the file. */
  readonly dtype: TensorDtype;
  readonly shape: readonly number[];
  readonly data: TensorValues;
}

/** Bytes of one element in the file. */
export const elementBytes: Readonly<Record<TensorDtype, number>> = {
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  I64: 8,
  I32: 4,
  I16: 2,
  I8: 1,
  U8: 1,
  BOOL: 1,
};
