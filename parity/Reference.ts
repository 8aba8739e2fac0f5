import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseSafetensors, type TensorData } from '@crossmodal/weights';

/** The tokens that Python made of some texts. */
export interface TextReference {
  readonly texts: readonly string[];
  readonly maxLength: number;
  /** `[B, T]` */
  readonly inputIds: readonly (readonly number[])[];
  /** `[B, T]` */
  readonly attentionMask: readonly (readonly number[])[];
  /** `[B, T, 2]`, in code points. */
  readonly offsets: readonly (readonly (readonly [start: number, end: number])[])[];
}

/** What `reference.py` wrote about a checkpoint. */
export interface Reference {
  readonly text?: TextReference;
  readonly tensors: ReadonlyMap<string, TensorData>;
}

/**
 * Reads it.
 *
 * @param folder - of the checkpoint
 * @throws Error that says how to make it, when there is none
 */
export async function readReference(folder: string): Promise<Reference> {
  const parity = join(folder, 'parity');
  if (!existsSync(join(parity, 'reference.json'))) {
    throw new Error(
      `${parity}: expected reference.json and reference.safetensors, found none. Make them: python parity/reference.py ${folder}`,
    );
  }
  const facts = JSON.parse(readFileSync(join(parity, 'reference.json'), 'utf8')) as { text?: TextReference };
  return { ...facts, tensors: parseSafetensors(await readFile(join(parity, 'reference.safetensors'))) };
}
