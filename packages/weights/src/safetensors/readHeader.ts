import { findDuplicateKey } from './findDuplicateKey.js';
import { SafetensorsError } from './SafetensorsError.js';
import { elementBytes, type TensorDtype } from './TensorData.js';

/** The header's length is stored in so many bytes, little-endian. */
const LENGTH_BYTES = 8;
/** A header this large holds about 200,000 tensors; more is an attack on memory. */
const MAX_HEADER_BYTES = 25 * 2 ** 20;

/** Where one tensor lies in the file. */
export interface TensorEntry {
  readonly name: string;
  readonly dtype: TensorDtype;
  readonly shape: readonly number[];
  /** Byte offsets from the start of the file. */
  readonly begin: number;
  readonly end: number;
}

/**
 * Reads and checks the header: every byte of the file must belong to exactly one tensor.
 *
 * Follows the safetensors specification 0.5 (https://github.com/huggingface/safetensors), which forbids overlaps, holes,
 * surplus bytes and duplicate names.
 */
export function readHeader(bytes: Uint8Array): { entries: TensorEntry[]; metadata: Record<string, string> } {
  if (bytes.byteLength < LENGTH_BYTES) {
    throw new SafetensorsError(`safetensors: file must hold at least 8 bytes, got ${bytes.byteLength}.`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerLength = view.getBigUint64(0, true);
  if (headerLength > BigInt(MAX_HEADER_BYTES) || headerLength > BigInt(bytes.byteLength - LENGTH_BYTES)) {
    throw new SafetensorsError(
      `safetensors: header length must be at most ${Math.min(MAX_HEADER_BYTES, bytes.byteLength - LENGTH_BYTES)}, got ${headerLength}.`,
    );
  }
  const dataStart = LENGTH_BYTES + Number(headerLength);
  const header = parseObject(bytes.subarray(LENGTH_BYTES, dataStart));
  const metadata: Record<string, string> = {};
  const entries: TensorEntry[] = [];
  for (const [name, value] of header) {
    if (name === '__metadata__') Object.assign(metadata, readMetadata(value));
    else entries.push(readEntry(name, value, dataStart));
  }
  checkCoverage(entries, dataStart, bytes.byteLength);
  return { entries, metadata };
}

function parseObject(headerBytes: Uint8Array): [string, unknown][] {
  let parsed: unknown;
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(headerBytes);
    parsed = JSON.parse(text);
  } catch (error) {
    throw new SafetensorsError('safetensors: header must be JSON in UTF-8.', { cause: error });
  }
  if (!text.startsWith('{') || !isObject(parsed))
    throw new SafetensorsError('safetensors: header must be a JSON object.');
  const duplicate = findDuplicateKey(text);
  if (duplicate !== undefined)
    throw new SafetensorsError(`safetensors: ${quote(duplicate)} occurs twice in the header.`);
  return Object.entries(parsed);
}

function readMetadata(value: unknown): Record<string, string> {
  if (!isObject(value)) throw new SafetensorsError('safetensors: __metadata__ must be an object of strings.');
  const entries = Object.entries(value).map(([key, text]): [string, string] => {
    if (typeof text !== 'string') {
      throw new SafetensorsError(`safetensors: __metadata__ ${quote(key)} must be a string, got ${typeof text}.`);
    }
    return [key, text];
  });
  return Object.fromEntries(entries);
}

function readEntry(name: string, value: unknown, dataStart: number): TensorEntry {
  if (!isObject(value))
    throw new SafetensorsError(`safetensors: ${quote(name)} must be an object, got ${typeof value}.`);
  const { dtype, shape, data_offsets: offsets } = value;
  if (typeof dtype !== 'string' || !Object.hasOwn(elementBytes, dtype)) {
    throw new SafetensorsError(
      `safetensors: ${quote(name)} must have one of the dtypes ${Object.keys(elementBytes).join(', ')}, got ${quote(String(dtype))}.`,
    );
  }
  const known = dtype as TensorDtype; // just checked
  if (!isSizes(shape)) throw new SafetensorsError(`safetensors: ${quote(name)} must have a shape of whole numbers.`);
  if (!isSizes(offsets) || offsets.length !== 2) {
    throw new SafetensorsError(`safetensors: ${quote(name)} must have two whole data_offsets.`);
  }
  const [from = 0, to = 0] = offsets;
  const wanted = shape.reduce((product, size) => product * size, elementBytes[known]);
  if (!Number.isSafeInteger(wanted) || to - from !== wanted) {
    throw new SafetensorsError(
      `safetensors: ${quote(name)} of shape [${shape.join(', ')}] and dtype ${known} must take ${wanted} bytes, got ${to - from}.`,
    );
  }
  return { name, dtype: known, shape, begin: dataStart + from, end: dataStart + to };
}

function checkCoverage(entries: readonly TensorEntry[], dataStart: number, fileBytes: number): void {
  const sorted = [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end);
  let position = dataStart;
  for (const { name, begin, end } of sorted) {
    if (begin !== position) {
      throw new SafetensorsError(
        `safetensors: ${quote(name)} must begin at byte ${position - dataStart} of the data, got ${begin - dataStart}: tensors may neither overlap nor leave holes.`,
      );
    }
    position = end;
  }
  if (position !== fileBytes) {
    throw new SafetensorsError(
      `safetensors: the tensors must end with the file at byte ${fileBytes - dataStart} of the data, got ${position - dataStart}.`,
    );
  }
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && (size as number) >= 0);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Names come from strangers: short and without control characters. */
function quote(name: string): string {
  return `"${name.slice(0, 80).replace(/\p{Cc}/gu, ' ')}"`;
}
