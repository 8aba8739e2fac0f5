import type { Sample } from '@crossmodal/dataset';
import type { MultimodalSentimentModel } from '@crossmodal/fusion-model';
import { TextTokenizer } from '@crossmodal/text-encoder';
import { backendsUnderTest, expectTensorsClose, onBackends } from '@crossmodal/testing';
import { registerOnnxRuntimeBackend } from '@crossmodal/tfjs-backend-onnxruntime';
import { CapturedFunction, computeGradients, crossEntropy } from '@crossmodal/training';
import { memory, setBackend, tensor1d } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../__fixtures__/tinyWorld.js';
import { trainConfigSchema } from '../config/TrainConfig.js';
import { encodeItems } from '../features/encodeItems.js';
import { untrainedRun } from '../report/__fixtures__/untrainedRun.js';
import { repeatedWords, writeRows } from '../report/__fixtures__/writeRows.js';
import { batchShapes, fixedShapes } from './BatchShapes.js';
import { buildImageProcessor, buildModel } from './buildModel.js';
import { batchTensors, collateSamples, type EncodedBatch, type EncodedSample } from './EncodedBatch.js';
import { predictSamples } from './predictSamples.js';

const words = Array.from('abcdefghijklmnop');
const tokenizer = TextTokenizer.fromVocabulary(['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', ...words], {
  modelMaxLength: 40,
});
const processor = buildImageProcessor({ imageSize: 32 });
const shapes = fixedShapes({ batchSize: 8, maxLength: 40, lengths: [3, 9, 20, 38] });

const itemOf = (at: number, length: number): EncodedSample => ({
  sample: { id: String(at), text: '', images: [], label: null, line: 1 } satisfies Sample,
  inputIds: Array.from({ length }, (_, i) => 4 + ((i * 7 + at * 5) % 16)),
  image: { pixels: Uint8Array.from({ length: 32 * 32 * 3 }, (_, i) => (i * (at + 3)) % 251), present: at !== 2 },
  label: at % 3,
});
const items = [9, 5, 12, 3, 8].map((length, at) => itemOf(at, length));

describe('shapes', () => {
  it('are few: as long as the data, and full batches; where the data is not known, small steps', () => {
    expect(shapes).toEqual({ lengths: [16, 32, 40], rows: [8] });
    expect(fixedShapes({ batchSize: 8, maxLength: 40 })).toEqual({
      lengths: [16, 24, 32, 40],
      rows: [1, 2, 3, 4, 6, 8],
    });
  });

  it('repeat a sample under weight 0 until the batch is full, and name only the samples', () => {
    const batch = collateSamples(items, tokenizer, processor, shapes);
    expect([batch.rows, batch.length]).toEqual([8, 16]);
    expect(batch.ids).toEqual(['0', '1', '2', '3', '4']);
    expect([...batch.labels]).toEqual([0, 1, 2, 0, 1, 0, 0, 0]);
    expect([...batch.inputIds.slice(5 * 16, 6 * 16)]).toEqual([...batch.inputIds.slice(0, 16)]);
    expect([...batch.attentionMask.slice(0, 16)]).toEqual([...Array<number>(9).fill(1), ...Array<number>(7).fill(0)]);
    expect(batch.pixelValues?.length).toBe(8 * 32 * 32 * 3);
  });
});

onBackends(backendsUnderTest(), (backend) => {
  let model: MultimodalSentimentModel;
  beforeAll(() => {
    const sizes = { hiddenSize: 16, intermediateSize: 24, numAttentionHeads: 2, maxLength: 40, imageSize: 32 };
    const id2label = { 0: 'a', 1: 'b', 2: 'c' };
    model = buildModel(trainConfigSchema.parse({ ...sizes, patchSize: 16, seed: 3 }), { tokenizer, id2label });
  });

  it('has fixed shapes only on webgpu where the data is not known', () => {
    expect(batchShapes({ batchSize: 8, maxLength: 40 }) !== undefined).toBe(backend === 'webgpu');
  });

  it('has few lengths for known data where each costs compiling or memory, and as many as it is told', () => {
    const sizes = { batchSize: 8, maxLength: 40, lengths: [3, 5, 9, 12, 14, 18, 22, 30, 38] };
    const chosen = batchShapes(sizes);
    if (backend === 'onnxruntime') expect(chosen).toEqual({ lengths: [4, 12, 24, 40], rows: [8] });
    else expect(chosen?.lengths).toEqual(backend === 'webgpu' ? [16, 32, 40] : undefined);
    expect(batchShapes({ ...sizes, lengthBuckets: 1 })).toEqual({ lengths: [40], rows: [8] });
    expect(batchShapes({ ...sizes, lengthBuckets: 2 })?.lengths).toHaveLength(2);
  });

  const lossAndGradients = (batch: EncodedBatch, seed?: number) =>
    computeGradients(() => {
      const { labels, sampleWeights, ...inputs } = batchTensors(batch);
      const { logits } = model.call(inputs, seed === undefined ? undefined : { seed });
      return crossEntropy(logits, labels, { sampleWeights, classWeights: tensor1d([1, 2, 0.5]), labelSmoothing: 0.1 });
    }, model.namedParameters());

  it.each([
    ['rows and lengths, without dropout', undefined, shapes],
    // Dropout depends on the place of a value, which longer rows move.
    ['rows, under dropout', 11, { ...shapes, lengths: [12] }],
  ])('gives a filled batch the loss and gradients of the batch: %s', async (_, seed, own) => {
    if (seed === undefined) model.eval();
    else model.train();
    const plain = lossAndGradients(collateSamples(items, tokenizer, processor), seed);
    const filled = lossAndGradients(collateSamples(items, tokenizer, processor, own), seed);
    await expectTensorsClose(filled.loss, plain.loss, 1e-6);
    expect([...filled.gradients.keys()]).toEqual([...plain.gradients.keys()]);
    for (const [path, gradient] of plain.gradients) {
      const found = filled.gradients.get(path);
      if (!found) throw new Error(`no gradient of ${path}`);
      await expectTensorsClose(found, gradient, 1e-6);
    }
  });

  it('keeps the features of the samples alone', async () => {
    model.eval();
    for (const side of ['text', 'image'] as const) {
      const plain = await encodeItems(side, model, items, 'cross-attention', { tokenizer, processor });
      const filled = await encodeItems(side, model, items, 'cross-attention', { tokenizer, processor, shapes });
      expect(filled.map((features) => Object.values(features).map(({ shape }) => shape))).toEqual(
        plain.map((features) => Object.values(features).map(({ shape }) => shape)),
      );
      const values = (all: typeof plain) => all.flatMap((each) => Object.values(each).flatMap(({ data }) => [...data]));
      const expected = values(plain);
      values(filled).forEach((value, i) => expect(value).toBeCloseTo(expected[i] ?? NaN, 5));
    }
  });
});

it('answers for each sample once, whatever fills the batches, and leaks nothing', async () => {
  const rows = await writeRows(
    temporaryFolder(),
    repeatedWords({ train: 2, test: 9 }, (i) => 1 + ((i * 5) % 7)),
  );
  const { loaded, source, tokens, data } = await untrainedRun(rows);
  const predict = (own: typeof source) => predictSamples(loaded.model, own, tokens, data.splits.test);
  const plain = await predict(source);
  expect(plain.map(({ id }) => id)).toEqual(data.splits.test.map(({ id }) => id));
  const before = memory().numTensors;
  const fixed = fixedShapes({ batchSize: source.batchSize, maxLength: source.maxLength });
  const filled = await predict({ ...source, shapes: fixed });
  expect(memory().numTensors).toBe(before);
  expect(filled.map(({ id, label, prediction, peakPatch }) => ({ id, label, prediction, peakPatch }))).toEqual(
    plain.map(({ id, label, prediction, peakPatch }) => ({ id, label, prediction, peakPatch })),
  );
  filled.forEach(({ probabilities }, row) => {
    probabilities.forEach((value, label) => expect(value).toBeCloseTo(plain[row]?.probabilities[label] ?? NaN, 6));
  });
});

it.each(['onnxruntime', 'wasm'])(
  'answers for large rows on %s: a few at once where they then fit the cache',
  async (backend) => {
    const rows = await writeRows(
      temporaryFolder(),
      repeatedWords({ train: 2, test: 9 }, (i) => 20 + i),
    );
    const { loaded, source, tokens, data } = await untrainedRun({ ...rows, maxLength: 64, intermediateSize: 12_288 });
    const plain = await predictSamples(loaded.model, { ...source, batchSize: 1 }, tokens, data.splits.test);
    if (backend === 'onnxruntime') registerOnnxRuntimeBackend();
    await setBackend(backend);
    const calls = vi.spyOn(loaded.model, 'call');
    const before = memory().numTensors;
    const wide = { ...source, batchSize: 8, shapes: { lengths: [64], rows: [8] } };
    const found = await predictSamples(loaded.model, wide, tokens, data.splits.test);
    expect(memory().numTensors).toBe(before);
    // Nine rows in two full batches; of the second one only the part with samples is computed.
    const shapes = calls.mock.calls.map(([{ attentionMask }]) => attentionMask?.shape);
    expect(shapes).toEqual(backend === 'wasm' ? [[8, 64], [8, 64]] : [[4, 64], [4, 64], [4, 64]]); // prettier-ignore
    expect(found.map(({ id, peakPatch }) => [id, peakPatch])).toEqual(
      plain.map(({ id, peakPatch }) => [id, peakPatch]),
    );
    found.forEach(({ probabilities }, row) => {
      probabilities.forEach((value, label) => expect(value).toBeCloseTo(plain[row]?.probabilities[label] ?? NaN, 5));
    });
  },
);

it('puts texts of like length side by side to answer for them, the longest first', async () => {
  const rows = await writeRows(
    temporaryFolder(),
    repeatedWords({ train: 2, test: 10 }, (i) => 1 + ((i * 5) % 7)),
  );
  const { loaded, source, tokens, data } = await untrainedRun(rows);
  const lengths: number[] = [];
  const forward = new CapturedFunction(loaded.model.namedParameters());
  vi.spyOn(forward, 'call').mockImplementation((compute, { tensors }) => {
    lengths.push(tensors[0]?.shape[1] ?? NaN);
    return compute();
  });
  await predictSamples(loaded.model, { ...source, batchSize: 2 }, tokens, data.splits.test, { forward });
  const own = data.splits.test.map(({ text }) => Math.ceil(tokens.encode(text).length / 4) * 4).sort((a, b) => b - a);
  expect(new Set(own).size).toBeGreaterThan(2);
  expect(lengths).toEqual(own.filter((_, i) => i % 2 === 0));
});
