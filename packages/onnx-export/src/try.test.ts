import { ClipTextEncoder, BertEncoder, DistilBertEncoder, RobertaEncoder } from '@crossmodal/text-encoder';
import { ClipVisionEncoder, VitEncoder } from '@crossmodal/image-encoder';
import '@tensorflow/tfjs-backend-wasm';
import '@tensorflow/tfjs-backend-cpu';
import { setBackend, tensor1d, tensor2d, memory, randomNormal, type Tensor4D } from '@tensorflow/tfjs-core';
import { MultimodalSentimentModel, fusionStrategies } from '@crossmodal/fusion-model';
import * as ort from 'onnxruntime-node';
import { beforeAll, expect, it } from 'vitest';
import { exportOnnx } from './exportOnnx.js';

beforeAll(async () => { await setBackend('cpu'); });
const sizes = { hiddenSize: 12, numHiddenLayers: 2, numAttentionHeads: 3, intermediateSize: 20, vocabSize: 30, maxPositionEmbeddings: 20 };
it.each([['bert', BertEncoder], ['distil', DistilBertEncoder], ['roberta', RobertaEncoder], ['clip', ClipTextEncoder]] as const)('%s', async (_, Encoder) => {
  const encoder = new Encoder({ ...sizes, ...(_==='clip'?{eosTokenId: 29, bosTokenId: 28}:{}) }, { seed: 1 });
  const before = memory().numTensors;
  const bytes = await exportOnnx({
    inputs: { inputIds: { dtype: 'int32', shape: ['batch', 'length'] }, attentionMask: { dtype: 'int32', shape: ['batch', 'length'] } },
    call: ({ inputIds, attentionMask }) => ({ ...encoder.call({ inputIds, attentionMask } as never) }),
    parameters: encoder.namedParameters(),
  });
  expect(memory().numTensors).toBe(before);
  const session = await ort.InferenceSession.create(bytes);
  for (const rows of [[[3, 7, 9, 2], [4, 29, 0, 0]], [[3, 7, 9, 2, 11, 12, 13, 5, 29]]]) {
    const mask = rows.map((r) => r.map((v) => (v === 0 ? 0 : 1)));
    const flat = (x: number[][]) => new ort.Tensor('int64', BigInt64Array.from(x.flat(), BigInt), [x.length, x[0]!.length]);
    const out = await session.run({ inputIds: flat(rows), attentionMask: flat(mask) });
    const ours = encoder.call({ inputIds: tensor2d(rows, undefined, 'int32'), attentionMask: tensor2d(mask, undefined, 'int32') });
    for (const [name, t] of Object.entries({ ...ours })) {
      const a = await t.data(); const b = out[name]!.data as Float32Array;
      let worst = 0; for (let i = 0; i < a.length; i++) worst = Math.max(worst, Math.abs(a[i]! - b[i]!));
      console.log(_, name, out[name]!.dims.join('x'), worst);
      expect(worst).toBeLessThan(1e-5); expect(b.length).toBe(a.length);
    }
  }
});
it.each([['clip', ClipVisionEncoder], ['vit', VitEncoder]] as const)('image %s', async (_, Encoder) => {
  const encoder = new Encoder({ hiddenSize: 12, numHiddenLayers: 2, numAttentionHeads: 3, intermediateSize: 20, imageSize: 16, patchSize: 4 }, { seed: 1 });
  const bytes = await exportOnnx({
    inputs: { pixelValues: { dtype: 'float32', shape: ['batch', 16, 16, 3] } },
    call: ({ pixelValues }) => ({ ...encoder.call({ pixelValues } as never) }),
    parameters: encoder.namedParameters(),
  });
  const session = await ort.InferenceSession.create(bytes);
  const x = randomNormal([5, 16, 16, 3]) as Tensor4D;
  const out = await session.run({ pixelValues: new ort.Tensor('float32', await x.data() as Float32Array, x.shape) });
  for (const [name, t] of Object.entries({ ...encoder.call({ pixelValues: x }) })) {
    const a = await t.data(); const b = out[name]!.data as Float32Array;
    let worst = 0; for (let i = 0; i < a.length; i++) worst = Math.max(worst, Math.abs(a[i]! - b[i]!));
    console.log(_, name, worst); expect(worst).toBeLessThan(1e-5);
  }
});

it.each(['cross-attention','pooled-cross-attention','concatenation','text-only','image-only'] as const)('model %s', async (fusionStrategy) => {
  const small = { hiddenSize: 12, numHiddenLayers: 1, numAttentionHeads: 3, intermediateSize: 20 };
  const model = new MultimodalSentimentModel({
    config: { fusionStrategy, id2label: { 0: 'a', 1: 'b', 2: 'c' }, hiddenSize: 12, numAttentionHeads: 2, nullKey: fusionStrategy === 'cross-attention', gate: fusionStrategy === 'cross-attention' ? 'tanh' : 'none', classifierHiddenSize: 9 },
    textEncoder: new BertEncoder({ ...small, vocabSize: 30, maxPositionEmbeddings: 20 }, { seed: 1 }),
    imageEncoder: new ClipVisionEncoder({ ...small, imageSize: 16, patchSize: 4 }, { seed: 2 }),
  });
  const bytes = await exportOnnx({
    inputs: { inputIds: { dtype: 'int32', shape: ['batch', 'length'] }, attentionMask: { dtype: 'int32', shape: ['batch', 'length'] }, pixelValues: { dtype: 'float32', shape: ['batch', 16, 16, 3] }, imageMask: { dtype: 'int32', shape: ['batch'] } },
    call: (inputs) => ({ ...model.call(inputs as never) }),
    parameters: model.namedParameters(),
  });
  const session = await ort.InferenceSession.create(bytes);
  const rows = [[3, 7, 9, 2], [4, 29, 0, 0], [5, 6, 7, 0]];
  const mask = rows.map((r) => r.map((v) => (v === 0 ? 0 : 1)));
  const x = randomNormal([3, 16, 16, 3]) as Tensor4D;
  const flat = (v: number[], dims: number[]) => new ort.Tensor('int64', BigInt64Array.from(v, BigInt), dims);
  const feeds = { inputIds: flat(rows.flat(), [3, 4]), attentionMask: flat(mask.flat(), [3, 4]), pixelValues: new ort.Tensor('float32', await x.data() as Float32Array, x.shape), imageMask: flat([1, 0, 1], [3]) };
  const out = await session.run(Object.fromEntries(session.inputNames.map((n) => [n, feeds[n as 'inputIds']])));
  const ours = model.call({ inputIds: tensor2d(rows, undefined, 'int32'), attentionMask: tensor2d(mask, undefined, 'int32'), pixelValues: x, imageMask: tensor1d([1, 0, 1], 'int32') });
  for (const [name, t] of Object.entries({ ...ours })) {
    if (!t) continue;
    const a = await t.data(); const b = out[name]!.data as Float32Array;
    let worst = 0; for (let i = 0; i < a.length; i++) worst = Math.max(worst, Math.abs(a[i]! - b[i]!));
    console.log(fusionStrategy, name, worst, out[name]!.dims); expect(worst).toBeLessThan(1e-5);
  }
});
