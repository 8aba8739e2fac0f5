import { readFileSync } from 'node:fs';
import { type TensorDtype } from '../TensorData.js';

/** A tensor of `golden.safetensors` as Python holds it: its bytes in hexadecimal. */
export interface GoldenTensor {
  readonly dtype: TensorDtype;
  readonly shape: readonly number[];
  readonly hex: string;
}

/** A file, and whether the reference implementation 0.8.0 takes it. */
export interface Verdict {
  readonly name: string;
  readonly accepted: boolean;
  readonly file: Uint8Array;
}

/** The bytes that the reference implementation wrote. */
export function goldenFile(): Uint8Array {
  return new Uint8Array(readFileSync(fixture('golden.safetensors')));
}

/** What is in {@link goldenFile}. */
export function goldenTensors(): Map<string, GoldenTensor> {
  const tensors = JSON.parse(readFileSync(fixture('golden.json'), 'utf8')) as Record<string, GoldenTensor>; // by generate.py
  return new Map(Object.entries(tensors));
}

/** Valid, damaged and hostile files with the reference implementation's verdict. */
export function verdicts(): Verdict[] {
  const cases = JSON.parse(readFileSync(fixture('verdicts.json'), 'utf8')) as (Verdict & { file: string })[]; // by generate.py
  return cases.map(({ name, accepted, file }) => ({ name, accepted, file: new Uint8Array(Buffer.from(file, 'base64')) }));
}

function fixture(name: string): URL {
  return new URL(`../../../fixtures/${name}`, import.meta.url);
}
