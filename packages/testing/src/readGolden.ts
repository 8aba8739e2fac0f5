import { tensor, type Tensor } from '@tensorflow/tfjs-core';
import { readFile } from 'node:fs/promises';

/** One tensor of a golden file: shape, dtype and all values in row-major order. */
export interface GoldenTensor {
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32' | 'bool';
  readonly values: readonly number[];
}

/** Golden tensors by name, as a package's `fixtures/generate.py` wrote them. */
export type GoldenFile = Readonly<Record<string, GoldenTensor>>;

/**
 * Reads a golden file.
 *
 * @param url - location of the JSON file, mostly `new URL('../fixtures/name.json', import.meta.url)`
 * @throws RangeError when a tensor's number of values does not fit its shape
 */
export async function readGolden(url: URL): Promise<GoldenFile> {
  // The file is committed beside the tests that read it; the loop below checks what could go wrong in it.
  const golden = JSON.parse(await readFile(url, 'utf8')) as GoldenFile;
  for (const [name, { shape, values }] of Object.entries(golden)) {
    const size = shape.reduce((product, dimension) => product * dimension, 1);
    if (size !== values.length) {
      throw new RangeError(
        `readGolden: "${name}" must hold ${size} values for shape [${shape.join(', ')}], got ${values.length}.`,
      );
    }
  }
  return golden;
}

/**
 * One entry of a golden file.
 *
 * @throws RangeError when the file has no tensor of that name
 */
export function goldenValue(golden: GoldenFile, name: string): GoldenTensor {
  const found = golden[name];
  if (!found) {
    throw new RangeError(`goldenValue: the file has no "${name}". It holds: ${Object.keys(golden).join(', ')}.`);
  }
  return found;
}

/**
 * One entry of a golden file as a new tensor; the caller disposes it.
 *
 * @throws RangeError when the file has no tensor of that name
 */
export function goldenTensor(golden: GoldenFile, name: string): Tensor {
  const { shape, dtype, values } = goldenValue(golden, name);
  return tensor([...values], [...shape], dtype);
}
