import { quoteName } from './HeaderCursor.js';
import { parseSafetensorsHeader, type TensorEntry } from './parseSafetensorsHeader.js';
import { SafetensorsError } from './SafetensorsError.js';
import { bytesPerElement, type TensorData } from './TensorData.js';
import { widenBfloat16, widenFloat16 } from './halfPrecision.js';

/** Far above any real model (some hundred bytes per tensor), far below what would hurt to parse. */
const maxHeaderBytes = 25_000_000;

/**
 * Reads the tensors of a safetensors file. Nothing in the file is trusted, and memory is only taken for bytes that are there.
 *
 * The format: https://github.com/huggingface/safetensors#format. Stricter than the reference 0.8: duplicate names, unknown fields of a
 * tensor, white space before the header, names of more than 1,024 characters and the names `''`, `'__proto__'` and `'constructor'` are
 * errors, and the header may have at most 25 MB.
 *
 * @param bytes - the whole file
 * @returns the tensors by name, in the order of the header. Float32 and wider data shares the memory of `bytes` where alignment allows;
 *   `F16` and `BF16` are widened into new memory
 * @throws SafetensorsError when the bytes are not a valid file, or a dtype is not supported
 *
 * @example
 * parseSafetensors(serializeSafetensors(new Map([['a', { dtype: 'F32', shape: [1], data: Float32Array.of(2) }]]))).get('a')?.shape; // [1]
 */
export function parseSafetensors(bytes: Uint8Array): Map<string, TensorData> {
  const headerBytes = readHeaderLength(bytes);
  const entries = parseSafetensorsHeader(decodeHeader(bytes.subarray(8, 8 + headerBytes)));
  const data = bytes.subarray(8 + headerBytes);
  assertContiguous(entries, data.length);
  return new Map(entries.map((entry) => [entry.name, readTensor(entry, data)]));
}

function readHeaderLength(bytes: Uint8Array): number {
  if (bytes.length < 8) {
    throw new SafetensorsError(`parseSafetensors: a file must have at least 8 bytes, got ${bytes.length}.`);
  }
  const claimed = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true);
  const available = bytes.length - 8;
  if (claimed > BigInt(maxHeaderBytes)) {
    throw new SafetensorsError(
      `parseSafetensors: the header must have at most ${maxHeaderBytes} bytes, got ${claimed.toString()}. ` +
        'Is this a safetensors file?',
    );
  }
  if (claimed > BigInt(available)) {
    throw new SafetensorsError(
      `parseSafetensors: the header must fit into the ${available} bytes after its length, got ${claimed.toString()}. ` +
        'The file is cut short or damaged.',
    );
  }
  return Number(claimed);
}

function decodeHeader(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new SafetensorsError('parseSafetensors: the header must be UTF-8, got other bytes.', { cause });
  }
}

/** The tensors must cover the data exactly: no hole, no overlap, nothing after the last one. */
function assertContiguous(entries: readonly TensorEntry[], sizeBytes: number): void {
  let covered = 0;
  for (const { name, begin, end } of [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== covered) {
      throw new SafetensorsError(
        `parseSafetensors: tensors must follow each other without holes or overlaps; ${quoteName(name)} must begin at ` +
          `byte ${covered}, got ${begin}.`,
      );
    }
    covered = end;
  }
  if (covered !== sizeBytes) {
    throw new SafetensorsError(
      `parseSafetensors: the tensors must fill the data, ${covered} bytes, got ${sizeBytes}. ` +
        (covered > sizeBytes ? 'The file is cut short.' : 'The file has something appended.'),
    );
  }
}

function readTensor({ dtype, shape, begin, end }: TensorEntry, data: Uint8Array): TensorData {
  const size = (end - begin) / (bytesPerElement.get(dtype) ?? NaN);
  const view = <T>(make: ViewConstructor<T>): T => {
    const bytes = data.subarray(begin, end);
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
