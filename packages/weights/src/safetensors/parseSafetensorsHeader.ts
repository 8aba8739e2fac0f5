import { HeaderCursor, quoteName } from './HeaderCursor.js';
import { bytesPerElement, isTensorDtype, type TensorDtype } from './TensorData.js';

/** Where one tensor lies, as the header says and as far as the header alone can be checked. */
export interface TensorEntry {
  readonly name: string;
  readonly dtype: TensorDtype;
  readonly shape: readonly number[];
  /** First byte, counted from the end of the header. */
  readonly begin: number;
  /** Byte after the last one. */
  readonly end: number;
}

/**
 * Reads the JSON header of a safetensors file.
 *
 * @param text - the decoded header
 * @returns its tensors in the order of the header; the free-form `__metadata__` is checked and left out
 * @throws SafetensorsError when anything is not as the format says
 */
export function parseSafetensorsHeader(text: string): TensorEntry[] {
  const cursor = new HeaderCursor(text);
  const entries: TensorEntry[] = [];
  // The format wants the brace itself as the first byte.
  if (!text.startsWith('{')) throw cursor.error('"{" must stand here');
  cursor.object((name) => {
    if (name === '__metadata__') cursor.object(() => cursor.string());
    else entries.push(readEntry(cursor, name));
  });
  cursor.end();
  return entries;
}

/** What is wrong with a tensor's name, or `undefined`. */
export function problemOfTensorName(name: string): string | undefined {
  if (name === '') return 'a tensor name must not be empty';
  if (name.length > 1024) return `a tensor name must have at most 1,024 characters, got ${name.length}`;
  // Harmless in a Map, but a caller who copies into a plain object would change its prototype.
  if (name === '__proto__' || name === 'constructor') return `no tensor must be named ${quoteName(name)}`;
  if (/\p{Surrogate}/u.test(name)) return `a tensor name must be valid Unicode, got ${quoteName(name)}`;
  return undefined;
}

function readEntry(cursor: HeaderCursor, name: string): TensorEntry {
  const problem = problemOfTensorName(name);
  if (problem !== undefined) throw cursor.error(problem);
  let dtype: string | undefined;
  let shape: number[] | undefined;
  let offsets: number[] | undefined;
  cursor.object((key) => {
    if (key === 'dtype') dtype = cursor.string();
    else if (key === 'shape') shape = cursor.integers();
    else if (key === 'data_offsets') offsets = cursor.integers();
    else throw cursor.error(`${quoteName(name)} must have only dtype, shape and data_offsets, got ${quoteName(key)}`);
  });
  if (dtype === undefined || shape === undefined || offsets === undefined) {
    throw cursor.error(`${quoteName(name)} must have dtype, shape and data_offsets`);
  }
  if (!isTensorDtype(dtype)) {
    const known = [...bytesPerElement.keys()].join(', ');
    throw cursor.error(`dtype ${quoteName(dtype)} of ${quoteName(name)} is not supported; these are: ${known}`);
  }
  const [begin = NaN, end = NaN] = offsets;
  if (offsets.length !== 2 || begin > end) {
    const received = offsets.slice(0, 3).join(', ');
    throw cursor.error(`data_offsets of ${quoteName(name)} must be [begin, end], got [${received}]`);
  }
  const sizeBytes = shape.reduce((product, size) => exactProduct(product, size), bytesPerElement.get(dtype) ?? NaN);
  if (sizeBytes !== end - begin) {
    const expected = Number.isNaN(sizeBytes) ? 'more than 2^53 - 1' : String(sizeBytes);
    throw cursor.error(`${quoteName(name)} must have ${expected} bytes by dtype and shape, got ${end - begin}`);
  }
  return { name, dtype, shape, begin, end };
}

/** The product, or NaN once it (or a partial product) cannot be exact. */
function exactProduct(a: number, b: number): number {
  const product = a * b;
  return Number.isSafeInteger(product) ? product : NaN;
}
