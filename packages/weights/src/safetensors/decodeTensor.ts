import { widenBfloat16, widenFloat16 } from './halfPrecision.js';
import { bytesPerElement, type TensorData, type TensorDtype } from './TensorData.js';

/** What is known of a tensor before its values are read. */
export interface TensorInfo {
  readonly dtype: TensorDtype;
  readonly shape: readonly number[];
}

/**
 * A tensor from its bytes, little-endian and in row-major order.
 *
 * @param info - dtype and shape, which fit the number of bytes
 * @param bytes - float32 and wider data shares their memory where alignment allows
 */
export function decodeTensor({ dtype, shape }: TensorInfo, bytes: Uint8Array): TensorData {
  const size = bytes.length / (bytesPerElement.get(dtype) ?? NaN);
  const view = <T>(make: ViewConstructor<T>): T => {
    const aligned = bytes.byteOffset % make.BYTES_PER_ELEMENT === 0 ? bytes : bytes.slice();
    return new make(aligned.buffer, aligned.byteOffset, size);
  };
  switch (dtype) {
    case 'F32':
      return { dtype, shape, data: view(Float32Array) };
    case 'F16':
      return { dtype, shape, data: widenFloat16(view(Uint16Array)) };
    case 'BF16':
      return { dtype, shape, data: widenBfloat16(view(Uint16Array)) };
    case 'F64':
      return { dtype, shape, data: view(Float64Array) };
    case 'I64':
      return { dtype, shape, data: view(BigInt64Array) };
    case 'I32':
      return { dtype, shape, data: view(Int32Array) };
    case 'I16':
      return { dtype, shape, data: view(Int16Array) };
    case 'I8':
      return { dtype, shape, data: view(Int8Array) };
    case 'U8':
    case 'BOOL':
      return { dtype, shape, data: view(Uint8Array) };
  }
}

interface ViewConstructor<T> {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): T;
}
