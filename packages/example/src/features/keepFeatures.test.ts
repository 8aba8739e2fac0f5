import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateReviewWorld } from '@crossmodal/dataset';
import { ClipVisionEncoder } from '@crossmodal/image-encoder';
import { BertEncoder } from '@crossmodal/text-encoder';
import { memory } from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { temporaryFolder, tinySettings } from '../__fixtures__/tinyWorld.js';
import type { TrainConfigInput } from '../config/TrainConfig.js';
import { findCheckpoint } from '../pipeline/loadRun.js';
import { resumeRun, train } from '../pipeline/train.js';
import type { RunEvent } from '../run/RunEvent.js';

const folder = temporaryFolder();
let base: TrainConfigInput;
let copies = 0;

beforeAll(async () => {
  await generateReviewWorld(join(folder, 'world'), { sizes: { train: 24, validation: 8, test: 8 } });
  const { imageSize, patchSize, ...settings } = { ...tinySettings(folder), batchSize: 8, report: false };
  // The encoders of a run are published in the same form as anybody's.
  const { path } = await train({ ...settings, imageSize, patchSize, epochs: 1 });
  for (const side of ['text', 'image']) {
    cpSync(join(findCheckpoint(path), `${side}-encoder`), join(folder, side), { recursive: true });
  }
  base = {
    ...settings,
    textModel: join(folder, 'text'),
    imageModel: join(folder, 'image'),
    freeze: ['encoders'],
    // The engine whose features are those of each step to the last bit.
    encoderEngine: 'tensorflow',
  };
});
afterEach(() => vi.restoreAllMocks());

/** With CROSSMODAL_VERIFY each of them; else the ones that look at states and at one side alone. */
const strategies = (
  ['cross-attention', 'text-only', 'concatenation', 'image-only', 'pooled-cross-attention'] as const
).slice(0, process.env.CROSSMODAL_VERIFY ? 5 : 2);
const emptyCache = (): string => join(folder, `cache-${++copies}`);

/** Trains, and records what was said, how often each encoder ran before training was over, and the last weights. */
async function run(input: TrainConfigInput, resume?: string, stopAt?: (event: RunEvent) => boolean) {
  const calls = { text: vi.spyOn(BertEncoder.prototype, 'call'), image: vi.spyOn(ClipVisionEncoder.prototype, 'call') };
  const said: string[] = [];
  const controller = new AbortController();
  const counts: { readonly text: number; readonly image: number }[] = [];
  const onEvent = (event: RunEvent): void => {
    if (event.type === 'message') said.push(event.text);
    if (event.type === 'epoch')
      counts.push({ text: calls.text.mock.calls.length, image: calls.image.mock.calls.length });
    if (stopAt?.(event)) controller.abort();
  };
  const options = { onEvent, signal: controller.signal };
  const result = resume === undefined ? await train(input, options) : await resumeRun(resume, options);
  const last = findCheckpoint(result.path, 'last');
  const weights = readFileSync(join(last, 'model.safetensors')).toString('hex');
  const after = { text: calls.text.mock.calls.length, image: calls.image.mock.calls.length };
  vi.restoreAllMocks();
  const features = said.filter((text) => text.includes('features:')).map((text) => text.replace(/; in .*/, ''));
  return { ...result, said, features, counts, after, weights };
}

/** Chunks of all caches below a cache directory. */
function chunksIn(cacheDir: string): string[] {
  const root = join(cacheDir, 'crossmodal-features');
  return readdirSync(root).flatMap((key) => readdirSync(join(root, key)).map((chunk) => join(root, key, chunk)));
}

describe('a run with frozen encoders', () => {
  it.each(strategies)(
    'runs them once, then never, and ends with the weights of one that runs them in every step: %s',
    async (fusionStrategy) => {
      const plain = await run({ ...base, fusionStrategy, cacheFeatures: false });
      expect(plain.features).toEqual([]);
      const cacheDir = emptyCache();
      const first = await run({ ...base, fusionStrategy, cacheDir });
      const [text, image] = [fusionStrategy !== 'image-only', fusionStrategy !== 'text-only'];
      const said = [
        ...(text ? [/^text features: 0 of (\d+) found in the cache, \1 computed$/] : []),
        ...(image ? [/^image features: 0 of 40 found in the cache, 40 computed$/] : []),
      ];
      expect(first.features).toHaveLength(said.length);
      for (const [i, pattern] of said.entries()) expect(first.features[i]).toMatch(pattern);
      // As often after the second epoch as after the first; nor are they run to measure.
      expect(first.counts[1]).toEqual(first.counts[0]);
      expect(first.after).toEqual(first.counts[0]);
      const second = await run({ ...base, fusionStrategy, cacheDir });
      expect(second.after).toEqual({ text: 0, image: 0 });
      expect(second.features.at(-1)).toMatch(/: (\d+) of \1 found in the cache, 0 computed$/);
      for (const each of [first, second]) {
        expect(each.metrics).toEqual(plain.metrics);
        expect(each.weights === plain.weights).toBe(true);
      }
    },
  );

  it('keeps the features of one side alone', async () => {
    const cacheDir = emptyCache();
    for (const [side, other] of [
      ['text', 'image'],
      ['image', 'text'],
    ] as const) {
      const plain = await run({ ...base, freeze: [side], cacheFeatures: false });
      const kept = await run({ ...base, freeze: [side], cacheDir });
      expect(kept.features).toHaveLength(1);
      expect(kept.features[0]).toContain(`${side} features: 0 of`);
      expect(kept.counts[1]?.[side]).toBe(kept.counts[0]?.[side]);
      expect(kept.counts[1]?.[other]).toBeGreaterThan(kept.counts[0]?.[other] ?? Infinity);
      expect(kept.weights === plain.weights).toBe(true);
    }
  });

  it('does not keep what is trained, be it adapters or blocks', async () => {
    const cacheDir = emptyCache();
    for (const more of [{ freeze: [], lora: 2 }, { freeze: ['embeddings'] }]) {
      expect((await run({ ...base, ...more, cacheDir, epochs: 1 })).features).toEqual([]);
    }
    expect(existsSync(cacheDir)).toBe(false);
  });

  it('computes again for other weights, and for texts and pictures that have changed', async () => {
    const cacheDir = emptyCache();
    await run({ ...base, cacheDir, epochs: 1 });
    const other = join(folder, 'other-text');
    cpSync(join(folder, 'text'), other, { recursive: true });
    const weights = readFileSync(join(other, 'model.safetensors'));
    weights[weights.length - 2] = (weights[weights.length - 2] ?? 0) ^ 1;
    writeFileSync(join(other, 'model.safetensors'), weights);
    const [text, image] = (await run({ ...base, textModel: other, cacheDir, epochs: 1 })).features;
    expect(text).toContain('text features: 0 of');
    expect(image).toBe('image features: 40 of 40 found in the cache, 0 computed');
    const csv = join(folder, 'world/edited.csv');
    const rows = readFileSync(base.data ?? '', 'utf8').split('\n');
    // The second row gets a text that nobody has, and the third the picture of the fourth.
    rows[2] = (rows[2] ?? '').replace(/,[^,]*,images/, ',photo handle photo handle handle,images');
    rows[3] = (rows[3] ?? '').replace(/images\/\d+/, /images\/\d+/.exec(rows[4] ?? '')?.[0] ?? '');
    writeFileSync(csv, rows.join('\n'));
    const edited = await run({ ...base, data: csv, cacheDir, epochs: 1 });
    expect(edited.features[0]).toMatch(/found in the cache, 1 computed$/);
    expect(edited.features[1]).toBe('image features: 39 of 39 found in the cache, 0 computed');
  });

  it('knows which samples have no image', async () => {
    const csv = join(folder, 'world/without.csv');
    const rows = readFileSync(base.data ?? '', 'utf8').split('\n');
    for (const at of [1, 5, 20, 30, 39]) rows[at] = (rows[at] ?? '').replace(/images\/\d+/, 'images/missing');
    writeFileSync(csv, rows.join('\n'));
    const input = { ...base, data: csv, onBadImage: 'blank' as const };
    const plain = await run({ ...input, cacheFeatures: false });
    const kept = await run({ ...input, cacheDir: emptyCache() });
    expect(kept.features[1]).toBe('image features: 0 of 36 found in the cache, 36 computed');
    expect(kept.metrics).toEqual(plain.metrics);
    expect(kept.weights === plain.weights).toBe(true);
  });

  it('drops what was damaged, says so and makes it again', async () => {
    const cacheDir = emptyCache();
    const first = await run({ ...base, cacheDir });
    const [chunk = ''] = chunksIn(cacheDir);
    const file = join(chunk, 'features.safetensors');
    const bytes = readFileSync(file);
    bytes[bytes.length - 3] = (bytes[bytes.length - 3] ?? 0) ^ 0x40;
    writeFileSync(file, bytes);
    const second = await run({ ...base, cacheDir });
    expect(second.said).toContainEqual(
      expect.stringMatching(/^(text|image) features: 1 damaged files in the cache were removed; they are made again$/),
    );
    expect(second.weights === first.weights).toBe(true);
  });

  it('can be stopped while features are made, and continued to the same weights', async () => {
    const cacheDir = emptyCache();
    const whole = await run({ ...base, cacheDir: emptyCache() });
    const stopped = await run(
      { ...base, cacheDir },
      undefined,
      (event) => event.type === 'progress' && event.task === 'image features' && event.done >= 16,
    );
    expect(stopped.stoppedBy).toBe('signal');
    expect(stopped.features[1]).toMatch(/^image features: 0 of 40 found in the cache, 16 computed, 24 left$/);
    const resumed = await run({}, stopped.path);
    expect(resumed.features[1]).toMatch(/^image features: 16 of 40 found in the cache, 24 computed$/);
    expect(resumed.metrics).toEqual(whole.metrics);
    expect(resumed.weights === whole.weights).toBe(true);
  });

  it('keeps half precision apart, in half of the space, and leaves no tensor', async () => {
    const sizeOf = (cacheDir: string): number =>
      chunksIn(cacheDir).reduce((sum, chunk) => sum + readFileSync(join(chunk, 'features.safetensors')).length, 0);
    const cacheDir = emptyCache();
    await run({ ...base, cacheDir });
    const whole = sizeOf(cacheDir);
    rmSync(cacheDir, { recursive: true });
    const tensors = memory().numTensors;
    const half = await run({ ...base, cacheDir, featurePrecision: 'float16' });
    expect(memory().numTensors).toBe(tensors);
    expect(sizeOf(cacheDir) / whole).toBeLessThan(0.65);
    expect((await run({ ...base, cacheDir })).features[1]).toContain(': 0 of 40 found');
    expect(half.metrics.test?.accuracy?.value).toBeGreaterThanOrEqual(0);
  });

  it('keeps what ONNX Runtime makes of them apart, and learns the same from it', async () => {
    const cacheDir = emptyCache();
    const plain = await run({ ...base, cacheDir });
    const tensors = memory().numTensors;
    const through = await run({ ...base, cacheDir, encoderEngine: 'onnxruntime' });
    expect(memory().numTensors).toBe(tensors);
    expect(through.said).toContain('frozen encoders run in ONNX Runtime 1.30.0');
    expect(through.features[1]).toBe('image features: 0 of 40 found in the cache, 40 computed');
    // Each encoder runs twice, to be written as a graph.
    expect(through.after).toEqual({ text: 2, image: 2 });
    const losses = [plain, through].map(({ metrics }) => metrics.test?.logLoss?.value ?? NaN);
    expect(losses[1]).toBeCloseTo(losses[0]!, 4);
    const again = await run({ ...base, cacheDir, encoderEngine: 'onnxruntime' });
    expect(again.after).toEqual({ text: 0, image: 0 });
    expect(again.weights === through.weights).toBe(true);
  });

  it('runs frozen encoders through ONNX Runtime in every step where nothing is kept', async () => {
    const settings = { ...base, cacheFeatures: false, encoderEngine: 'onnxruntime' as const };
    const through = await run(settings);
    expect(through.after).toEqual({ text: 2, image: 2 });
    const plain = await run({ ...settings, encoderEngine: 'tensorflow' });
    const losses = [plain, through].map(({ metrics }) => metrics.test?.logLoss?.value ?? NaN);
    expect(losses[1]).toBeCloseTo(losses[0]!, 4);
  });
});
