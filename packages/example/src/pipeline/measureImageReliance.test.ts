import { memory } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../__fixtures__/tinyWorld.js';
import { untrainedRun } from '../report/__fixtures__/untrainedRun.js';
import { writeRows } from '../report/__fixtures__/writeRows.js';
import { batchTensors, collateSamples } from './EncodedBatch.js';
import { measureImageReliance } from './measureImageReliance.js';
import type { ExplainRunOptions } from './writeExplanations.js';
import type { TrainConfigInput } from '../config/TrainConfig.js';

async function runOn(count: number, settings: TrainConfigInput = {}): Promise<ExplainRunOptions> {
  const rows = await writeRows(temporaryFolder(), [
    { id: 'a', text: 'good', label: 'good', split: 'train' },
    { id: 'b', text: 'bad', label: 'bad', split: 'train' },
    { id: 'lost', text: 'bad', label: 'bad', split: 'test', image: 'missing' },
    ...Array.from({ length: count }, (_, i) => ({
      id: String(i),
      text: 'good bad '.repeat(i + 1),
      label: 'good',
      split: 'test' as const,
    })),
  ]);
  return untrainedRun({ ...rows, onBadImage: 'blank', ...settings });
}

const measure = ({ loaded, source, tokens, data }: ExplainRunOptions): Promise<ReadonlyMap<string, number>> =>
  measureImageReliance(loaded.model, source, tokens, data.splits.test);

/** The logits of one sample's text with another one's picture. */
async function logitsOf(run: ExplainRunOptions, text: string, picture: string): Promise<number[]> {
  const find = (id: string) => run.data.splits.test.find((sample) => sample.id === id)!;
  const image = await run.data.images.load(find(picture));
  const item = { sample: find(text), inputIds: run.tokens.encode(find(text).text), image, label: -1 };
  const batch = collateSamples([item], run.loaded.tokenizer, run.loaded.processor);
  return Array.from(await run.loaded.model.call(batchTensors(batch)).logits.data());
}

describe('measureImageReliance', () => {
  it('is the mean change of the log-odds with the pictures of the others', async () => {
    const run = await runOn(3);
    const shifts = await measure(run);
    expect([...shifts.keys()]).toEqual(['0', '1', '2']);
    for (const id of ['0', '1', '2']) {
      const own = await logitsOf(run, id, id);
      const moved: number[] = [];
      for (const other of ['0', '1', '2'].filter((each) => each !== id)) {
        const [first = 0, second = 0] = (await logitsOf(run, id, other)).map((logit, i) => logit - own[i]!);
        moved.push(Math.abs(first - second));
      }
      expect(shifts.get(id)).toBeCloseTo((moved[0]! + moved[1]!) / 2, 5);
      expect(shifts.get(id)).toBeGreaterThan(1e-4);
    }
  });

  it.each([2, 5, 6, 9])('measures each of %d samples in batches of 4, and leaks nothing', async (count) => {
    const run = await runOn(count);
    const before = memory().numTensors;
    const shifts = await measure(run);
    expect(memory().numTensors).toBe(before);
    expect(shifts.size).toBe(count);
    expect([...shifts.values()].every((shift) => shift > 0)).toBe(true);
  });

  it('measures each of three samples in batches of 2', async () => {
    expect((await measure(await runOn(3, { batchSize: 2 }))).size).toBe(3);
  });

  it('has nothing to replace with for a single picture, or none', async () => {
    expect((await measure(await runOn(1))).size).toBe(0);
    expect((await measure(await runOn(0))).size).toBe(0);
  });

  it('is not measured for a model that does not look', async () => {
    expect((await measure(await runOn(3, { fusionStrategy: 'text-only' }))).size).toBe(0);
  });

  it.each(['image-only', 'concatenation', 'pooled-cross-attention'] as const)(
    'is measured for %s',
    async (strategy) => {
      const shifts = await measure(await runOn(3, { fusionStrategy: strategy }));
      expect([...shifts.values()].every((shift) => shift > 0)).toBe(true);
    },
  );
});
