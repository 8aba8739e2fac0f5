import { mean, memory, type Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../__fixtures__/tinyWorld.js';
import { jpegWithExif } from '../report/__fixtures__/jpegWithExif.js';
import { untrainedRun } from '../report/__fixtures__/untrainedRun.js';
import { writeRows } from '../report/__fixtures__/writeRows.js';
import { batchTensors, collateSamples } from './EncodedBatch.js';
import { explainSamples, type ExplainedSample } from './explainSamples.js';
import type { TrainConfigInput } from '../config/TrainConfig.js';
import type { ExplainRunOptions } from './writeExplanations.js';

const texts = ['The handle broke , twice.', 'unbelievably good', "It's-fine"];

async function runOn(settings: TrainConfigInput = {}): Promise<ExplainRunOptions> {
  const rows = await writeRows(temporaryFolder(), [
    ...texts.map((text, i) => ({ id: `t${i}`, text, label: i % 2 ? 'b' : 'a', split: 'train' as const })),
    { id: 'wide', text: 'The handle broke , twice.', label: 'a', split: 'test' },
    { id: 'upright', text: 'good', label: 'b', split: 'test', image: await jpegWithExif() },
    { id: 'lost', text: 'good', label: 'b', split: 'test', image: 'missing' },
  ]);
  return untrainedRun({ ...rows, onBadImage: 'blank', ...settings });
}

async function explain({ loaded, source, tokens, data }: ExplainRunOptions): Promise<ExplainedSample[]> {
  const explained: ExplainedSample[] = [];
  for await (const sample of explainSamples(loaded, source, tokens, data.splits.test)) explained.push(sample);
  return explained;
}

const total = (grid: readonly (readonly number[])[] = []): number => grid.flat().reduce((sum, value) => sum + value, 0);

describe('explainSamples', () => {
  it('gives the attention that the classifier receives: mean over words and heads, and leaks nothing', async () => {
    const run = await runOn();
    const before = memory().numTensors;
    const [first] = await explain(run);
    expect(memory().numTensors).toBe(before);
    const [sample] = run.data.splits.test;
    const image = await run.data.images.load(sample!);
    const batch = collateSamples(
      [{ sample: sample!, inputIds: run.tokens.encode(sample!.text), image, label: -1 }],
      run.loaded.tokenizer,
      run.loaded.processor,
    );
    const { logits, crossAttentions } = run.loaded.model.call(batchTensors(batch));
    const expected = Array.from(await mean<Tensor>(crossAttentions!, [0, 1, 2]).data());
    first!.attention!.flat().forEach((weight, patch) => expect(weight).toBeCloseTo(expected[patch]!, 6));
    expect(total(first!.attention)).toBeCloseTo(1, 5);
    expect(first!.logits).toEqual(Array.from(await logits.data()));
    expect(Math.abs(expected[0]! - expected[8]!)).toBeGreaterThan(1e-4); // uneven: an order would show
  });

  it('names the words as they stand in the text, with the sharpest look of each', async () => {
    const [first] = await explain(await runOn());
    expect(first!.words.map(({ text, spaceBefore }) => (spaceBefore ? ' ' : '') + text)).toEqual([
      'The',
      ' handle',
      ' broke',
      ' ,',
      ' twice',
      '.',
    ]);
    for (const { weight, attention } of first!.words) {
      expect(weight).toBe(Math.max(...attention.flat()));
      expect(total(attention)).toBeCloseTo(1, 5);
    }
    expect(new Set(first!.words.map(({ weight }) => weight)).size).toBeGreaterThan(3);
  });

  it('applies the EXIF orientation before it says what the model saw', async () => {
    const [wide, upright] = await explain(await runOn());
    expect(wide!.crop).toEqual({ x: 4, y: 0, width: 24, height: 24 });
    expect([upright!.image!.width, upright!.image!.height]).toEqual([48, 96]);
    expect(upright!.crop).toEqual({ x: 0, y: 24, width: 48, height: 48 });
    const [red, , blue] = upright!.image!.data;
    expect(red! > 180 && blue! < 60).toBe(true);
  });

  it('shows no attention for a sample without an image', async () => {
    const lost = (await explain(await runOn()))[2];
    expect(lost).toMatchObject({ image: undefined, attention: undefined, crop: undefined, words: [], trueLabel: 'b' });
    expect(lost!.probability).toBeGreaterThan(0);
  });

  it('gives the weight of the null key, with which the attention sums to 1', async () => {
    const [first] = await explain(await runOn({ nullKey: true }));
    expect(first!.nullWeight).toBeGreaterThan(0);
    expect(total(first!.attention) + first!.nullWeight!).toBeCloseTo(1, 5);
  });

  it.each(['text-only', 'image-only', 'concatenation', 'pooled-cross-attention'] as const)(
    'shows no attention for %s',
    async (fusionStrategy) => {
      const [first] = await explain(await runOn({ fusionStrategy }));
      expect(first).toMatchObject({ attention: undefined, words: [], nullWeight: undefined });
      expect(first!.image === undefined).toBe(fusionStrategy === 'text-only');
      expect(first!.decodedText).toBe(
        fusionStrategy === 'image-only' ? 'The handle broke , twice.' : 'the handle broke, twice.',
      );
    },
  );

  it('keeps only the words that the model read', async () => {
    const [first] = await explain(await runOn({ maxLength: 4 }));
    expect(first!.words.map(({ text }) => text)).toEqual(['The', 'handle']);
    expect(first!.decodedText).toBe('the handle');
  });
});
