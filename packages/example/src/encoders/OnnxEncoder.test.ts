import { MultimodalSentimentModel } from '@crossmodal/fusion-model';
import { BertEncoder } from '@crossmodal/text-encoder';
import '@tensorflow/tfjs-backend-cpu';
import { setBackend } from '@tensorflow/tfjs-core';
import * as onnxRuntime from 'onnxruntime-node';
import { beforeAll, expect, it, vi } from 'vitest';
import type { EncodedBatch } from '../pipeline/EncodedBatch.js';
import { OnnxEncoder, type OnnxEncoderOptions } from './OnnxEncoder.js';

beforeAll(() => setBackend('cpu'));

it.each<[string, OnnxEncoderOptions, object]>([
  ['as many threads as asked for', { numThreads: 1 }, { intraOpNumThreads: 1 }],
  ['by default as many as ONNX Runtime takes', {}, {}],
])('computes with %s', async (_, options, expected) => {
  const sizes = { hiddenSize: 4, intermediateSize: 4, numHiddenLayers: 1, numAttentionHeads: 1 };
  const model = new MultimodalSentimentModel({
    config: { fusionStrategy: 'text-only', id2label: { 0: 'negative', 1: 'positive' } },
    textEncoder: new BertEncoder({ ...sizes, vocabSize: 9, maxPositionEmbeddings: 8 }, { seed: 1 }),
  }).eval();
  const create = vi.fn((bytes: Uint8Array, given: object) => onnxRuntime.InferenceSession.create(bytes, given));
  const runtime = { ...onnxRuntime, InferenceSession: { create } } as unknown as typeof onnxRuntime; // all of it that is used
  const encoder = new OnnxEncoder('text', model, runtime, options);
  const features = await encoder.encode({
    ids: ['a', 'b'],
    rows: 2,
    length: 3,
    inputIds: Int32Array.of(2, 5, 3, 2, 3, 0),
    attentionMask: Int32Array.of(1, 1, 1, 1, 1, 0),
    imageSize: 0,
    pixelValues: undefined,
    imageMask: new Int32Array(2),
    textFeatures: undefined,
    imageFeatures: undefined,
    labels: Int32Array.of(-1, -1),
  });
  await encoder.close();
  expect(features.get('poolerOutput')?.shape).toEqual([2, 4]);
  expect(create.mock.calls.map(([, given]) => given)).toEqual([expected]);
});

it('computes long texts a few rows at a time, and each row as by itself', async () => {
  const [rows, length] = [70, 256];
  const model = new MultimodalSentimentModel({
    config: { fusionStrategy: 'text-only', id2label: { 0: 'negative', 1: 'positive' } },
    textEncoder: new BertEncoder(
      { hiddenSize: 48, intermediateSize: 4, numHiddenLayers: 1, numAttentionHeads: 2, vocabSize: 99, maxPositionEmbeddings: length }, // prettier-ignore
      { seed: 1 },
    ),
  }).eval();
  const ran: (readonly number[])[] = [];
  const create = async (bytes: Uint8Array, given: object) => {
    const session = await onnxRuntime.InferenceSession.create(bytes, given);
    const run = session.run.bind(session);
    session.run = async (feeds: Record<string, onnxRuntime.Tensor>) => {
      ran.push(feeds.inputIds!.dims);
      return run(feeds);
    };
    return session;
  };
  const runtime = { ...onnxRuntime, InferenceSession: { create } } as unknown as typeof onnxRuntime; // all of it that is used
  const batchOf = (from: number, to: number): EncodedBatch => ({
    ids: Array.from({ length: to - from }, (_, i) => String(from + i)),
    rows: to - from,
    length,
    inputIds: Int32Array.from({ length: (to - from) * length }, (_, i) => (7 * (i + from * length)) % 99),
    attentionMask: Int32Array.from({ length: (to - from) * length }, (_, i) => (i % length < 9 + from + i / length ? 1 : 0)),
    imageSize: 0,
    pixelValues: undefined,
    imageMask: new Int32Array(to - from),
    textFeatures: undefined,
    imageFeatures: undefined,
    labels: new Int32Array(to - from),
  }); // prettier-ignore
  const encoder = new OnnxEncoder('text', model, runtime);
  const together = await encoder.encode(batchOf(0, rows));
  expect(ran).toEqual(Array(5).fill([14, length]));
  for (const row of [0, 13, 14, 69]) {
    const alone = await encoder.encode(batchOf(row, row + 1));
    for (const [name, { data, shape }] of alone) {
      const whole = together.get(name)!;
      expect(whole.shape).toEqual([rows, ...shape.slice(1)]);
      const own = whole.data.subarray(row * data.length, (row + 1) * data.length);
      expect(Math.max(...own.map((value, i) => Math.abs(value - data[i]!)))).toBeLessThan(1e-5);
    }
  }
  await encoder.close();
});
