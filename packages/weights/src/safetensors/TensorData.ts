/** One tensor of a checkpoint. `F16` and `BF16` values are held as float32; `BOOL` as one byte each, 0 or 1. */
export type TensorData =
  | { readonly dtype: 'F32' | 'F16' | 'BF16'; readonly shape: readonly number[]; readonly data: Float32Array }
  | { readonly dtype: 'F64'; readonly shape: readonly number[]; readonly data: Float64Array }
  | { readonly dtype: 'I64'; readonly shape: readonly number[]; readonly data: BigInt64Array }
  | { readonly dtype: 'I32'; readonly shape: readonly number[]; readonly data: Int32Array }
  | { readonly dtype: 'I16'; readonly shape: readonly number[]; readonly data: Int16Array }
  | { readonly dtype: 'I8'; readonly shape: readonly number[]; readonly data: Int8Array }
  | { readonly dtype: 'U8' | 'BOOL'; readonly shape: readonly number[]; readonly data: Uint8Array };

/** The element types that are read and written, by their names in safetensors. */
export type TensorDtype = TensorData['dtype'];

/** The values of a tensor in row-major order. */
export type TensorValues = TensorData['data'];

/** Bytes per element, in the order in which the reference implementation sorts tensors in a file. */
export const bytesPerElement: ReadonlyMap<TensorDtype, number> = new Map<TensorDtype, number>([
  ['I64', 8],
  ['F64', 8],
  ['F32', 4],
  ['I32', 4],
  ['BF16', 2],
  ['F16', 2],
  ['I16', 2],
  ['I8', 1],
  ['U8', 1],
  ['BOOL', 1],
]);

/** Whether a name stands for an element type that is read and written. */
export function isTensorDtype(name: string): name is TensorDtype {
  return (bytesPerElement as ReadonlyMap<string, number>).has(name);
}
