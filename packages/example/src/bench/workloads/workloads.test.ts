import { copyFileSync, existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BackendName, startBackend } from '@crossmodal/backends';
import { decodeImage, ImageError } from '@crossmodal/dataset';
import { MultimodalSentimentModel } from '@crossmodal/fusion-model';
import { defaultClipVisionConfig, ImageProcessor } from '@crossmodal/image-encoder';
import { defaultBertConfig, TextTokenizer } from '@crossmodal/text-encoder';
import { AdamW } from '@crossmodal/training';
import { getBackend, memory, Tensor } from '@tensorflow/tfjs-core';
import type { InferenceSession } from 'onnxruntime-node';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { temporaryFolder, tinySettings, tinyWorld } from '../../__fixtures__/tinyWorld.js';
import { loadOnnxRuntime } from '../../encoders/loadOnnxRuntime.js';
import { trainConfigSchema } from '../../config/TrainConfig.js';
import { bertBaseWork, clipVisionWork, encoderGflop, type EncoderWork } from '../BenchWork.js';
import { encoderWorkload } from './encoderWorkload.js';
import { imageWorkload } from './imageWorkload.js';
import { mainJobWorkload } from './mainJobWorkload.js';
import { matMulWorkload } from './matMulWorkload.js';
import { tokenWorkload } from './tokenWorkload.js';
import { trainingStepWorkload } from './trainingStepWorkload.js';
import { repeat } from './Workload.js';

const folder = temporaryFolder();
const settings = tinySettings(folder);
const tiny = { hiddenSize: 16, intermediateSize: 32, numHiddenLayers: 2, numAttentionHeads: 2 };
const encoders: readonly EncoderWork[] = [
  { name: 'text-encoder', batchSize: 3, length: 5, config: { ...defaultBertConfig, ...tiny, vocabSize: 50 } },
  {
    name: 'image-encoder',
    batchSize: 2,
    config: { ...defaultClipVisionConfig, ...tiny, imageSize: 32, patchSize: 16 },
  },
];

beforeAll(async () => {
  await startBackend('wasm');
  await tinyWorld(folder);
});

describe('repeat', () => {
  it('computes until the time is over, and gives the mean', async () => {
    const now = vi.spyOn(performance, 'now');
    for (const time of [100, 140, 190, 220]) now.mockReturnValueOnce(time);
    const compute = vi.fn(() => Promise.resolve());
    expect(await repeat(compute, 100)).toEqual({ milliseconds: 40, computations: 3 });
    expect(compute).toHaveBeenCalledTimes(3);
    now.mockRestore();
  });
});

describe('products of matrices', () => {
  it('are measured as auto measures them, once before the first round', async () => {
    const gflops = [1, 100, 50];
    const measure = vi.fn((backend: BackendName) =>
      Promise.resolve({ backend, device: 'here', matMulGflops: gflops.shift() ?? NaN, stepMs: 1 }),
    );
    const { ready, measure: round } = await matMulWorkload('wasm', {}, measure);
    expect(ready.rates['GFLOP/s']).toBeCloseTo(0.268435456, 12);
    // 2 * 512^3 operations at 100 and at 50 thousand million per second
    expect((await round(0)).milliseconds).toBeCloseTo(2.68435456, 9);
    expect((await round(0)).milliseconds).toBeCloseTo(5.36870912, 9);
  });
});

describe('encoders', () => {
  it.each(encoders)('are computed by kernels without leaving tensors: $name', async (work) => {
    const { ready, measure } = await encoderWorkload(work, 'kernels', 'a device');
    await measure(0);
    const before = memory().numTensors;
    expect((await measure(0)).computations).toBe(1);
    expect(memory().numTensors).toBe(before);
    expect(ready).toEqual(
      work.name === 'text-encoder'
        ? { device: 'a device', work: '3 texts of 5 tokens', rates: { 'texts/s': 3, 'tokens/s': 15 } }
        : { device: 'a device', work: '2 images of 32 x 32', rates: { 'images/s': 2 } },
    );
  });

  it.each(encoders)('look at a whole batch of random inputs in each computation, and are read: $name', async (work) => {
    const { encode } = MultimodalSentimentModel.prototype; // eslint-disable-line @typescript-eslint/unbound-method -- called with its model
    const given: { shape: number[]; values: number[]; mask: number[] | undefined; training: boolean }[] = [];
    const spy = vi.spyOn(MultimodalSentimentModel.prototype, 'encode').mockImplementation(function (
      this: MultimodalSentimentModel,
      inputs,
      context,
    ) {
      const { inputIds, attentionMask, pixelValues } = inputs;
      const input = inputIds ?? pixelValues;
      const mask = attentionMask && [...attentionMask.dataSync()];
      given.push({ shape: input?.shape ?? [], values: [...(input?.dataSync() ?? [])], mask, training: this.training });
      return encode.call(this, inputs, context);
    });
    const { measure } = await encoderWorkload(work, 'kernels', 'a device');
    const read = vi.spyOn(Tensor.prototype, 'data');
    const first = await measure(0);
    const { computations } = await measure(20);
    expect(given).toHaveLength(first.computations + computations);
    const isText = work.name === 'text-encoder';
    for (const { shape, values, mask, training } of given) {
      expect(shape).toEqual(isText ? [3, 5] : [2, 32, 32, 3]);
      expect(new Set(values).size).toBeGreaterThan(values.length / 2);
      if (isText) expect(values.every((id) => id >= 0 && id < 50)).toBe(true);
      expect(mask).toEqual(isText ? new Array(15).fill(1) : undefined);
      expect(training).toBe(false);
    }
    const states = (read.mock.contexts as readonly Tensor[]).filter(
      (tensor) => String(tensor.shape) === (isText ? '3,5,16' : '2,4,16'),
    );
    expect(states).toHaveLength(given.length);
    spy.mockRestore();
    read.mockRestore();
  });

  it.each(encoders)('are computed by ONNX Runtime, for all of the batch: $name', async (work) => {
    const loaded = loadOnnxRuntime();
    if (!('runtime' in loaded)) throw new Error(loaded.problem);
    const create = vi.spyOn(loaded.runtime.InferenceSession, 'create');
    const { measure } = await encoderWorkload(work, loaded.runtime, 'a device');
    expect(create).toHaveBeenCalledTimes(1); // before anything is measured
    const run = vi.spyOn((await create.mock.results[0]?.value) as InferenceSession, 'run');
    await measure(0);
    await measure(0);
    expect(create).toHaveBeenCalledTimes(1);
    expect(run).toHaveBeenCalledTimes(2);
    const [feeds] = run.mock.calls[0] ?? [];
    const shapes = Object.fromEntries(Object.entries(feeds ?? {}).map(([name, { dims }]) => [name, dims]));
    expect(shapes).toEqual(
      work.name === 'text-encoder' ? { inputIds: [3, 5], attentionMask: [3, 5] } : { pixelValues: [2, 32, 32, 3] },
    );
    create.mockRestore();
  });

  it('cost what their sizes say', () => {
    // BERT-base: 12 blocks of 4 * 768^2 + 2 * 768 * 3072 weights; 2 * 128 * 768 more products per token for attention.
    expect(encoderGflop(bertBaseWork(1))).toBeCloseTo(2 * 128 * 12 * (7_077_888 + 196_608) * 1e-9, 9);
    // ViT-B/32 is known for 4.4 thousand million pairs of them for an image, with 0.1 of the patches, which are not counted.
    expect(encoderGflop(clipVisionWork(8)) / 8 / 2).toBeCloseTo(4.3, 1);
  });
});

describe('a training step', () => {
  it('is one of the loop: as many updates as computations, and no tensors are left', async () => {
    const update = vi.spyOn(AdamW.prototype, 'step');
    const { ready, measure } = await trainingStepWorkload(settings, 'a device');
    expect(ready.work).toMatch(/^16 rows of \d+ tokens and 48 x 48 pixels$/);
    expect(ready.rates).toEqual({ 'samples/s': 16 });
    await measure(0);
    const before = memory().numTensors;
    const { computations } = await measure(200);
    expect(memory().numTensors).toBe(before);
    expect(update).toHaveBeenCalledTimes(1 + computations);
    const [gradients] = update.mock.calls[0] as unknown as [ReadonlyMap<string, Tensor>];
    expect([...gradients.keys()]).toContain('textEncoder.embeddings.word_embeddings.weight');
    update.mockRestore();
  });
});

describe('the loop of a training step', () => {
  it('clips as the settings say, and drops out anew in each step', async () => {
    const update = vi.spyOn(AdamW.prototype, 'step');
    const call = vi.spyOn(MultimodalSentimentModel.prototype, 'call');
    const { measure } = await trainingStepWorkload({ ...settings, maxGradNorm: 1e-3 }, 'a device');
    await measure(0);
    await measure(0);
    for (const [, , options] of update.mock.calls) expect(options?.gradientScale).toBeLessThan(0.1);
    expect(update).toHaveBeenCalledTimes(2);
    const seeds = call.mock.calls.map(([, context]) => context?.seed);
    expect(seeds).toHaveLength(2);
    expect(new Set(seeds).size).toBe(2);
    update.mockRestore();
    call.mockRestore();
  });

  it('decays the weights as the settings say', async () => {
    const { call } = MultimodalSentimentModel.prototype; // eslint-disable-line @typescript-eslint/unbound-method -- called with its model
    const spy = vi.spyOn(MultimodalSentimentModel.prototype, 'call');
    const weights = (model: MultimodalSentimentModel): number[] => [
      ...(model.namedParameters().get('classifier.weight')?.dataSync() ?? []),
    ];
    const afterStep = async (weightDecay: number): Promise<{ first: number[]; then: number[] }> => {
      let first: number[] = [];
      spy.mockReset().mockImplementation(function (this: MultimodalSentimentModel, ...given) {
        first = weights(this);
        return call.apply(this, given);
      });
      const { measure } = await trainingStepWorkload({ ...settings, learningRate: 0.01, weightDecay }, 'a device');
      await measure(0);
      return { first, then: weights(spy.mock.contexts[0] as MultimodalSentimentModel) };
    };
    const [plain, decayed] = [await afterStep(0), await afterStep(20)];
    expect(plain.first).toHaveLength(64);
    expect(decayed.first).toEqual(plain.first);
    // Of each weight a share of 0.01 * 20 goes, beside what the gradient moves.
    plain.first.forEach((weight, i) => {
      expect(decayed.then[i]).toBeCloseTo((plain.then[i] ?? NaN) - 0.2 * weight, 6);
    });
    spy.mockRestore();
  });

  it('pads to the lengths that training chooses for all of the data', async () => {
    const data = join(folder, 'world', 'lengths.csv');
    const rows = Array.from({ length: 24 }, (_, i) => {
      const text = i === 20 ? Array(38).fill('good').join(' ') : 'good';
      return `${text},images/000001.jpg,${i % 2},train\n`;
    });
    writeFileSync(data, `text,image_path,label,split\n${rows.join('')}`);
    const work = async (lengthBuckets: number | undefined): Promise<string> =>
      (await trainingStepWorkload({ ...settings, data, lengthBuckets }, 'a device')).ready.work;
    // The long text, of 40 tokens with those that begin and end it, is not in the batch.
    expect(await work(1)).toBe('16 rows of 40 tokens and 48 x 48 pixels');
    expect(await work(2)).toBe('16 rows of 4 tokens and 48 x 48 pixels');
  });
});

describe('images and texts', () => {
  it('decodes every file, each time', async () => {
    const normalize = vi.spyOn(ImageProcessor.prototype, 'normalize');
    const paths = [1, 2, 3].map((number) => join(folder, 'world', 'images', `00000${number}.jpg`));
    const { ready, measure } = imageWorkload({ name: 'images', paths, imageSize: 24 });
    expect(ready).toMatchObject({ work: '3 files to 24 x 24 pixels', rates: { 'images/s': 3 } });
    await measure(0);
    await measure(0);
    expect(normalize).toHaveBeenCalledTimes(6);
    // Each picture, not one of them again and again.
    expect(new Set(normalize.mock.calls.map(([pixels]) => pixels.join())).size).toBe(3);
    // As the processor of these sizes makes them from the file.
    const [path = ''] = paths;
    const pixels = new ImageProcessor({ size: 24, cropSize: 24 }).resizeAndCrop(await decodeImage(path));
    expect(normalize.mock.calls.some(([given]) => given.join() === pixels.join())).toBe(true);
    normalize.mockRestore();
  });

  it('keeps no picture for the next computation', async () => {
    const path = join(folder, 'soon-gone.jpg');
    copyFileSync(join(folder, 'world', 'images', '000001.jpg'), path);
    const { measure } = imageWorkload({ name: 'images', paths: [path], imageSize: 24 });
    await measure(0);
    rmSync(path);
    await expect(measure(0)).rejects.toThrow(ImageError);
  });

  it('says which file cannot be read', async () => {
    const path = join(folder, 'not-there.jpg');
    const { measure } = imageWorkload({ name: 'images', paths: [path], imageSize: 24 });
    await expect(measure(0)).rejects.toThrow(ImageError);
    await expect(measure(0)).rejects.toThrow(path);
  });

  it('counts the tokens of the texts with those that begin and end each', () => {
    const { ready } = tokenWorkload({ name: 'tokens', texts: ['good good', 'bad'] });
    // [CLS] good good [SEP], [CLS] bad [SEP]
    expect(ready.rates).toEqual({ 'texts/s': 2, 'tokens/s': 7 });
  });

  it('makes the tokens of every text in each computation, and of a long one as many as training takes', async () => {
    const encode = vi.spyOn(TextTokenizer.prototype, 'encode');
    const texts = ['good good', 'bad', 'long '.repeat(500)];
    const { ready, measure } = tokenWorkload({ name: 'tokens', texts });
    const { maxLength } = trainConfigSchema.parse({});
    expect(ready.rates['tokens/s']).toBe(4 + 3 + maxLength);
    encode.mockClear();
    await measure(0);
    expect(encode.mock.calls.map(([text]) => text)).toEqual(texts);
    encode.mockRestore();
  });
});

describe('the main job', () => {
  it('tells all of its phases, and leaves no run folder', async () => {
    const askedAt = Date.now() - 1000;
    const elsewhere = { ...settings, backend: 'cpu' } as const;
    const { measure } = mainJobWorkload({ name: 'main-job', settings: elsewhere }, 'wasm', askedAt);
    const { milliseconds, phases } = await measure(0);
    expect(getBackend()).toBe('wasm');
    expect(Object.keys(phases ?? {})).toEqual(['start', 'data', 'firstStep', 'training', 'finish']);
    expect(phases?.start).toBeGreaterThanOrEqual(1);
    expect(milliseconds).toBeLessThanOrEqual(Date.now() - askedAt);
    expect(Object.values(phases ?? {}).reduce((sum, seconds) => sum + seconds * 1000, 0)).toBeCloseTo(milliseconds, 3);
    const runs = settings.project ?? '';
    expect(existsSync(runs) ? readdirSync(runs).filter((name) => name.startsWith('train')) : []).toEqual([]);
  });
});
