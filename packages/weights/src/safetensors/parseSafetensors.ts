import { quoteName } from './HeaderCursor.js';
import { decodeTensor } from './decodeTensor.js';
import { parseSafetensorsHeader, type TensorEntry } from './parseSafetensorsHeader.js';
import { SafetensorsError } from './SafetensorsError.js';
import { type TensorData } from './TensorData.js';

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
  const headerBytes = readHeaderLength(bytes.subarray(0, 8), bytes.length);
  const data = bytes.subarray(8 + headerBytes);
  const entries = readEntries(bytes.subarray(8, 8 + headerBytes), data.length);
  return new Map(entries.map(({ name, begin, end, ...info }) => [name, decodeTensor(info, data.subarray(begin, end))]));
}

/** The length of the header, from the first 8 bytes of a file. */
export function readHeaderLength(bytes: Uint8Array, fileSize: number): number {
  if (bytes.length < 8) {
    throw new SafetensorsError(`parseSafetensors: a file must have at least 8 bytes, got ${bytes.length}.`);
  }
  const claimed = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true);
  const available = fileSize - 8;
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

/** The tensors of a header, checked against each other and the bytes that follow it. */
export function readEntries(header: Uint8Array, dataBytes: number): TensorEntry[] {
  const entries = parseSafetensorsHeader(decodeHeader(header));
  assertContiguous(entries, dataBytes);
  return entries;
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
