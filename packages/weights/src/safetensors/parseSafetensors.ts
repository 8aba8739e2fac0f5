import { widenBfloat16, widenFloat16 } from './halfPrecision.js';
import { readHeader, type TensorEntry } from './readHeader.js';
import type { TensorData, TensorValues } from './TensorData.js';

/**
 * Reads a safetensors file.
 *
 * @param bytes - the whole file
 * @returns tensors by name, in the order of the header; the values are copies
 * @throws {@link SafetensorsError} when anything about the file is not as the format demands
 *
 * @example
 * parseSafetensors(serializeSafetensors(new Map())).size; // 0
 */
export function parseSafetensors(bytes: Uint8Array): Map<string, TensorData> {
  const { entries } = readHeader(bytes);
  return new Map(
    entries.map((entry) => [entry.name, { dtype: entry.dtype, shape: entry.shape, data: readValues(bytes, entry) }]),
  );
}

function readValues(bytes: Uint8Array, { dtype, begin, end }: TensorEntry): TensorValues {
  // A copy starts at an aligned address, wherever the tensor lies in the file.
  const { buffer } = bytes.slice(begin, end);
  switch (dtype) {
    case 'F64':
      return new Float64Array(buffer);
    case 'F32':
      return new Float32Array(buffer);
    case 'F16':
      return widenFloat16(new Uint16Array(buffer));
    case 'BF16':
      return widenBfloat16(new Uint16Array(buffer));
    case 'I64':
      return new BigInt64Array(buffer);
    case 'I32':
      return new Int32Array(buffer);
    case 'I16':
      return new Int16Array(buffer);
    case 'I8':
      return new Int8Array(buffer);
    case 'U8':
    case 'BOOL':
      return new Uint8Array(buffer);
  }
}
