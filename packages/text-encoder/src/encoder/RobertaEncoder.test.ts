import { backendsUnderTest, expectTensorsClose, onBackends } from '@crossmodal/testing';
import { slice, tensor2d } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { RobertaEncoder } from './RobertaEncoder.js';

const tiny = {
  vocabSize: 11,
  hiddenSize: 8,
  numAttentionHeads: 2,
  intermediateSize: 12,
  numHiddenLayers: 1,
  maxPositionEmbeddings: 9,
  initializerRange: 0.3,
  padTokenId: 2,
};

onBackends(backendsUnderTest(), () => {
  it('counts words from the position after the padding token, and padding not at all', async () => {
    const encoder = new RobertaEncoder(tiny, { seed: 1 });
    expect(encoder.maxLength).toBe(6);
    const close = encoder.call({ inputIds: tensor2d([[5, 6]], [1, 2], 'int32') }).lastHiddenState;
    const padded = encoder.call({
      inputIds: tensor2d([[2, 2, 5, 2, 6]], [1, 5], 'int32'),
      attentionMask: tensor2d([[0, 0, 1, 0, 1]], [1, 5], 'int32'),
    }).lastHiddenState;
    await expectTensorsClose(slice(padded, [0, 2, 0], [1, 1, 8]), slice(close, [0, 0, 0], [1, 1, 8]));
    await expectTensorsClose(slice(padded, [0, 4, 0], [1, 1, 8]), slice(close, [0, 1, 0], [1, 1, 8]));
    encoder.dispose();
  });

  it('starts with zeros for padding in both tables that have a row for it', async () => {
    const encoder = new RobertaEncoder(tiny);
    for (const table of ['word', 'position']) {
      const rows = (await encoder
        .namedParameters()
        .get(`embeddings.${table}_embeddings.weight`)!
        .array()) as number[][];
      expect(rows.map((row) => row.every((value) => value === 0))).toEqual(rows.map((_, row) => row === 2));
    }
    encoder.dispose();
  });
});

it.each([
  ['roberta', 'RobertaModel'],
  ['xlm-roberta', 'XLMRobertaModel'],
  ['camembert', 'CamembertModel'],
] as const)('keeps the name that it goes by: %s', async (modelType, python) => {
  const encoder = new RobertaEncoder({ ...tiny, modelType });
  const files = await encoder.files();
  expect(JSON.parse(String(files.get('config.json')))).toMatchObject({
    model_type: modelType,
    architectures: [python],
  });
  encoder.dispose();
});
