import { zeros } from '@crossmodal/layers';
import { backendsUnderTest, expectTensorsClose, onBackends, seededNormal } from '@crossmodal/testing';
import { tensor2d } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { BertEmbeddings } from './BertEmbeddings.js';
import { defaultBertConfig } from './BertConfig.js';

const config = {
  ...defaultBertConfig,
  vocabSize: 5,
  hiddenSize: 16,
  maxPositionEmbeddings: 4,
  hiddenDropoutProb: 0.25,
};

onBackends(backendsUnderTest(), () => {
  it('drops values after normalization in training mode, and scales the others', async () => {
    const embeddings = new BertEmbeddings(config, (shape, seed) => seededNormal([...shape], seed + 1));
    const inputIds = tensor2d([[1, 2, 4]], [1, 3], 'int32');
    const evaluated = await embeddings.call({ inputIds }, {}).data();
    const trained = await embeddings.train().call({ inputIds }, { seed: 3 }).data();
    const kept = [...trained].map((value) => value !== 0);
    const dropped = kept.filter((isKept) => !isKept).length;
    expect(dropped).toBeGreaterThan(3);
    expect(dropped).toBeLessThan(24);
    const expected = [...evaluated].map((value, i) => (kept[i] ? value / 0.75 : 0));
    await expectTensorsClose(embeddings.call({ inputIds }, { seed: 3 }), {
      shape: [1, 3, 16],
      values: expected,
    });
    embeddings.dispose();
  });

  it('adds a word, a position and a token type', async () => {
    const embeddings = new BertEmbeddings({ ...config, layerNormEps: 1e-12 }, zeros);
    const tables = ['word_embeddings.weight', 'position_embeddings.weight', 'token_type_embeddings.weight'];
    for (const [i, path] of tables.entries()) {
      const table = embeddings.namedParameters().get(path)!;
      table.assign(seededNormal([...table.shape], i));
    }
    const rows = await Promise.all(tables.map((path) => embeddings.namedParameters().get(path)!.data()));
    const row = (table: number, index: number): number[] => [...rows[table]!.slice(index * 16, (index + 1) * 16)];
    const sum = row(0, 4).map((value, i) => value + row(1, 1)[i]! + row(2, 1)[i]!);
    const mean = sum.reduce((total, value) => total + value, 0) / 16;
    const deviation = Math.sqrt(sum.reduce((total, value) => total + (value - mean) ** 2, 0) / 16);
    const states = await embeddings
      .call({ inputIds: tensor2d([[0, 4]], [1, 2], 'int32'), tokenTypeIds: tensor2d([[0, 1]], [1, 2], 'int32') }, {})
      .data();
    sum.forEach((value, i) => expect(states[16 + i]).toBeCloseTo((value - mean) / deviation, 4));
    embeddings.dispose();
  });
});
