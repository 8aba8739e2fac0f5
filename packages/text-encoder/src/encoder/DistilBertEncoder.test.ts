import { expectTensorsClose, useBackend } from '@crossmodal/testing';
import { mul, tensor1d, tensor2d } from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { DistilBertEncoder } from './DistilBertEncoder.js';

const tiny = {
  vocabSize: 11,
  hiddenSize: 8,
  numAttentionHeads: 2,
  intermediateSize: 12,
  numHiddenLayers: 1,
  maxPositionEmbeddings: 6,
  initializerRange: 0.3,
};
const inputIds = (): ReturnType<typeof tensor2d> => tensor2d([[1, 2, 3]], [1, 3], 'int32');

beforeAll(() => useBackend('cpu'));

it('has no token types and does not read them', async () => {
  const encoder = new DistilBertEncoder(tiny);
  expect([...encoder.namedParameters().keys()].filter((path) => /type|pooler/.test(path))).toEqual([]);
  const tokenTypeIds = tensor2d([[0, 1, 1]], [1, 3], 'int32');
  const { lastHiddenState } = encoder.call({ inputIds: inputIds(), tokenTypeIds });
  await expectTensorsClose(lastHiddenState, encoder.call({ inputIds: inputIds() }).lastHiddenState, 0);
  encoder.dispose();
});

it('drops nothing of what attention adds, as in Python', async () => {
  const encoder = new DistilBertEncoder({ ...tiny, hiddenDropoutProb: 0.5, attentionProbsDropoutProb: 0 });
  for (const [path, parameter] of encoder.namedParameters()) {
    // Embeddings that are dropped or not are the same zeros, and the feed-forward part adds nothing.
    if (/^embeddings\.LayerNorm|ffn\.lin2/.test(path)) parameter.assign(mul(parameter, 0));
    if (path.endsWith('out_lin.bias')) parameter.assign(tensor1d([1, 2, 3, 4, 5, 6, 7, 9]));
  }
  const evaluated = await encoder.call({ inputIds: inputIds() }).lastHiddenState.data();
  const trained = await encoder.train().call({ inputIds: inputIds() }, { seed: 1 }).lastHiddenState.data();
  expect(trained).toEqual(evaluated);
  encoder.dispose();
});

it('drops what the feed-forward part adds', async () => {
  const encoder = new DistilBertEncoder({ ...tiny, hiddenDropoutProb: 0.5, attentionProbsDropoutProb: 0 });
  for (const [path, parameter] of encoder.namedParameters()) {
    if (path.startsWith('embeddings.LayerNorm')) parameter.assign(mul(parameter, 0));
    if (path.endsWith('lin2.bias')) parameter.assign(tensor1d([1, 2, 3, 4, 5, 6, 7, 9]));
  }
  const evaluated = await encoder.call({ inputIds: inputIds() }).lastHiddenState.data();
  const trained = await encoder.train().call({ inputIds: inputIds() }, { seed: 1 }).lastHiddenState.data();
  expect(trained).not.toEqual(evaluated);
  encoder.dispose();
});
