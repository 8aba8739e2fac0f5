import { parseSafetensors, type TensorData } from '@crossmodal/weights';
import { type Rank, tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fixtures } from './readFixture.js';

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
    throw new RangeError(`goldenValue: the file must hold float32 "${name}". It holds: ${[...golden.keys()].join(', ')}.`);
  }
  return { shape: found.shape, values: found.data };
}

/** The integers of one entry as a new tensor; the caller disposes it. */
export function goldenIds(golden: ReadonlyMap<string, TensorData>, name: string): Tensor2D | undefined {
  const found = golden.get(name);
  if (!(found?.data instanceof Int32Array)) return undefined;
  // Every matrix of integers in these files is [batch, length].
  return tensor<Rank.R2>(found.data, [found.shape[0] ?? 0, found.shape[1] ?? 0], 'int32');
}
