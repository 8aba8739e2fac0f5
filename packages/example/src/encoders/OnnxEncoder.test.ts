import { MultimodalSentimentModel } from '@crossmodal/fusion-model';
import { BertEncoder } from '@crossmodal/text-encoder';
import '@tensorflow/tfjs-backend-cpu';
import { setBackend } from '@tensorflow/tfjs-core';
import * as onnxRuntime from 'onnxruntime-node';
import { beforeAll, expect, it, vi } from 'vitest';
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
