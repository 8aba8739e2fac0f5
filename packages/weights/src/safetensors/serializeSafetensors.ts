import { quoteName } from './HeaderCursor.js';
import { narrowToBfloat16, narrowToFloat16 } from './halfPrecision.js';
import { problemOfTensorName } from './parseSafetensorsHeader.js';
import { SafetensorsError } from './SafetensorsError.js';
import { bytesPerElement, type TensorData } from './TensorData.js';

/**
 * Writes tensors as a safetensors file, byte for byte as the reference implementation 0.8 does.
 *
 * Tensors are sorted by dtype and name, so equal tensors give equal bytes in whatever order they come. `F16` and `BF16` are rounded to
 * the nearest value, ties to even.
 *
 * @param tensors - values by name, in row-major order
 * @param metadata - free text by key; default `{ format: 'pt' }`, which Python's transformers asks for
 * @throws SafetensorsError when a name cannot be read back, or a number of values does not fit its shape
 *
 * @example
 * serializeSafetensors(new Map([['a', { dtype: 'F32', shape: [2], data: Float32Array.of(1, 2) }]])).length; // 104
 */
export function serializeSafetensors(
  tensors: ReadonlyMap<string, TensorData>,
  metadata: Readonly<Record<string, string>> = { format: 'pt' },
): Uint8Array {
  const sorted = [...tensors].sort(byDtypeThenName);
  for (const [name, tensor] of sorted) assertWritable(name, tensor);
  const header = new TextEncoder().encode(headerText(sorted, metadata));
  const dataBytes = sorted.reduce((total, [, tensor]) => total + sizeInBytes(tensor), 0);
  const file = new Uint8Array(8 + header.length + dataBytes);
  new DataView(file.buffer).setBigUint64(0, BigInt(header.length), true);
  file.set(header, 8);
  let offset = 8 + header.length;
  for (const [, tensor] of sorted) {
    file.set(encode(tensor), offset);
    offset += sizeInBytes(tensor);
  }
  return file;
}

function headerText(sorted: readonly [string, TensorData][], metadata: Readonly<Record<string, string>>): string {
  const members: string[] = [];
  const keys = Object.keys(metadata).sort();
  if (keys.length > 0) {
    members.push(
      `"__metadata__":{${keys.map((key) => `${JSON.stringify(key)}:${JSON.stringify(metadata[key])}`).join(',')}}`,
    );
  }
  let begin = 0;
  for (const [name, tensor] of sorted) {
    const end = begin + sizeInBytes(tensor);
    const { dtype, shape } = tensor;
    members.push(`${JSON.stringify(name)}:${JSON.stringify({ dtype, shape, data_offsets: [begin, end] })}`);
    begin = end;
  }
  const text = `{${members.join(',')}}`;
  // Spaces bring the data to a multiple of 8 bytes, so that readers can map it.
  return text + ' '.repeat(-new TextEncoder().encode(text).length & 7);
}

function byDtypeThenName([nameA, a]: [string, TensorData], [nameB, b]: [string, TensorData]): number {
  const order = [...bytesPerElement.keys()];
  return order.indexOf(a.dtype) - order.indexOf(b.dtype) || compareByCodePoint(nameA, nameB);
}

/** The order of UTF-8 bytes. That of UTF-16 units differs: surrogates stand below U+E000, the characters they encode above U+FFFF. */
function compareByCodePoint(a: string, b: string): number {
  let i = 0;
  while (i < a.length && a[i] === b[i]) i += 1;
  const rank = (text: string): number => {
    const unit = i < text.length ? text.charCodeAt(i) : -1;
    return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
  };
  return rank(a) - rank(b);
}

function assertWritable(name: string, { shape, data }: TensorData): void {
  const problem = name === '__metadata__' ? 'no tensor must be named "__metadata__"' : problemOfTensorName(name);
  if (problem !== undefined) throw new SafetensorsError(`serializeSafetensors: ${problem}.`);
  const size = shape.reduce((product, dimension) => product * dimension, 1);
  if (!shape.every((dimension) => Number.isSafeInteger(dimension) && dimension >= 0) || size !== data.length) {
    throw new SafetensorsError(
      `serializeSafetensors: ${quoteName(name)} must have ${size} values for shape [${shape.join(', ')}], got ${data.length}.`,
    );
  }
}

function sizeInBytes({ dtype, data }: TensorData): number {
  return data.length * (bytesPerElement.get(dtype) ?? NaN);
}

function encode({ dtype, data }: TensorData): Uint8Array {
  const stored = dtype === 'F16' ? narrowToFloat16(data) : dtype === 'BF16' ? narrowToBfloat16(data) : data;
  return new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength);
}
