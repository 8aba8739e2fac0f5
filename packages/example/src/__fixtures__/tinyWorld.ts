import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateReviewWorld, type ReviewWorld } from '@crossmodal/dataset';
import { afterAll } from 'vitest';
import type { TrainConfigInput } from '../config/TrainConfig.js';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A folder of its own for a test; it is gone after the last test of the file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'crossmodal-example-'));
  folders.push(folder);
  return folder;
}

/** A review world that a tiny model gets through in a second. */
export function tinyWorld(folder: string): Promise<ReviewWorld> {
  return generateReviewWorld(join(folder, 'world'), { sizes: { train: 48, validation: 16, test: 16 } });
}

/** Settings of a tiny model on that world. */
export function tinySettings(folder: string): TrainConfigInput {
  return {
    data: join(folder, 'world', 'reviews.csv'),
    splitColumn: 'split',
    imageSize: 48,
    patchSize: 16,
    hiddenSize: 16,
    intermediateSize: 16,
    numAttentionHeads: 2,
    batchSize: 16,
    epochs: 2,
    reportSamples: 2,
    project: join(folder, 'runs'),
    backend: 'wasm',
    cacheDir: join(folder, 'cache'),
  };
}
