import { backendsUnderTest, expectTensorsClose, onBackends, useBackend } from '@crossmodal/testing';
import { folderInMemory } from '@crossmodal/weights';
import { slice, tensor2d, type Tensor2D } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { ClipTextEncoder } from './ClipTextEncoder.js';
import { endOfText } from './endOfText.js';

const tiny = {
  vocabSize: 11,
  hiddenSize: 8,
  numAttentionHeads: 2,
  intermediateSize: 12,
  numHiddenLayers: 2,
  maxPositionEmbeddings: 6,
  projectionDim: 5,
  initializerFactor: 3,
  eosTokenId: 4,
};
const ids = (rows: number[][]): Tensor2D => tensor2d(rows, [rows.length, rows[0]!.length], 'int32');

onBackends(backendsUnderTest(), () => {
  it.each([
    ['the first token with the id of the end', 4, [1, 4, 9, 4], [0, 1, 0, 0]],
    ['the first token where there is no end', 4, [1, 5, 9, 6], [1, 0, 0, 0]],
    ['the highest id in the first published files', 2, [1, 2, 9, 4], [0, 0, 1, 0]],
    ['the first of the highest ids there', 2, [1, 9, 9, 2], [0, 1, 0, 0]],
  ])('ends a text at %s', async (_, eosTokenId, text, expected) => {
    expect(Array.from(await endOfText(ids([text]), eosTokenId).data())).toEqual(expected);
  });

  it('lets no token see what comes after it', async () => {
    const encoder = new ClipTextEncoder(tiny, { seed: 2 });
    const before = encoder.call({ inputIds: ids([[1, 2, 4, 5]]) }).lastHiddenState;
    const after = encoder.call({ inputIds: ids([[1, 2, 6, 7]]) }).lastHiddenState;
    await expectTensorsClose(slice(after, [0, 0, 0], [1, 2, 8]), slice(before, [0, 0, 0], [1, 2, 8]), 0);
    const [there, here] = [before, after].map((states) => slice(states, [0, 2, 0], [1, 1, 8]));
    await expect(expectTensorsClose(here!, there!)).rejects.toThrow('values differ');
    encoder.dispose();
  });
});

it('goes without a projection when asked, and when its file has none', async () => {
  await useBackend('cpu');
  const encoder = new ClipTextEncoder(tiny, { addProjection: false });
  const files = await encoder.files();
  expect(JSON.parse(String(files.get('config.json')))).toMatchObject({ architectures: ['CLIPTextModel'] });
  const loaded = await ClipTextEncoder.load(folderInMemory(files));
  for (const each of [encoder, loaded]) {
    expect(Object.keys(each.call({ inputIds: ids([[1, 4]]) }))).toEqual(['lastHiddenState', 'poolerOutput']);
    each.dispose();
  }
});

it('starts with the spread that CLIP starts with', async () => {
  await useBackend('cpu');
  const encoder = new ClipTextEncoder({
    ...tiny,
    hiddenSize: 64,
    vocabSize: 100,
    intermediateSize: 128,
    initializerFactor: 2,
  });
  const deviationOf = async (path: string): Promise<number> => {
    const values = [...(await encoder.namedParameters().get(path)!.data<'float32'>())];
    return Math.sqrt(values.reduce((total, value) => total + value * value, 0) / values.length);
  };
  const layer = 'text_model.encoder.layers.1';
  const expected: readonly (readonly [string, number])[] = [
    ['text_model.embeddings.token_embedding.weight', 2 * 0.02],
    [`${layer}.self_attn.v_proj.weight`, (2 * 64 ** -0.5) / 2],
    [`${layer}.self_attn.out_proj.weight`, 2 * 64 ** -0.5],
    [`${layer}.mlp.fc1.weight`, 2 * 128 ** -0.5],
    [`${layer}.mlp.fc2.weight`, (2 * 64 ** -0.5) / 2],
    ['text_projection.weight', 2 * 64 ** -0.5],
  ];
  for (const [path, deviation] of expected) expect(await deviationOf(path)).toBeCloseTo(deviation, 1.6);
  encoder.dispose();
});
