import { parseSafetensors, type TensorData } from '@crossmodal/weights';
import { tensor, type Tensor } from '@tensorflow/tfjs-core';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where `fixtures/generate.py` writes. */
export const fixtures = fileURLToPath(new URL('../../../fixtures', import.meta.url));

/** What Python computed for one of the folders: inputs, outputs and gradients by name. */
export async function readGoldenTensors(folder: string): Promise<Map<string, TensorData>> {
  return parseSafetensors(await readFile(join(fixtures, folder, 'golden.safetensors')));
}

/** One entry as plain values. */
export function goldenValue(
  golden: ReadonlyMap<string, TensorData>,
  name: string,
): { shape: readonly number[]; values: Float32Array } {
  const found = golden.get(name);
  if (!found || !(found.data instanceof Float32Array)) {
    throw new RangeError(
      `goldenValue: the file must hold float32 "${name}". It holds: ${[...golden.keys()].join(', ')}.`,
    );
  }
  return { shape: found.shape, values: found.data };
}

/** One entry as a new tensor; the caller disposes it. */
export function goldenTensor(golden: ReadonlyMap<string, TensorData>, name: string): Tensor {
  const { shape, values } = goldenValue(golden, name);
  return tensor(values, [...shape]);
}
