import { readParameters, ShapeError } from '@crossmodal/layers';
import { backendsUnderTest, expectNoLeaks, expectTensorsClose, onBackends, useBackend } from '@crossmodal/testing';
import { folderInMemory, parseSafetensors } from '@crossmodal/weights';
import { dispose, slice, sum, tensor2d, type Tensor2D, variableGrads } from '@tensorflow/tfjs-core';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fixtures, readFixture } from '../__fixtures__/readFixture.js';
import { BertEncoder } from './BertEncoder.js';
import { ClipTextEncoder } from './ClipTextEncoder.js';
import { DistilBertEncoder } from './DistilBertEncoder.js';
import { RobertaEncoder } from './RobertaEncoder.js';

const sizes = {
  vocabSize: 13,
  hiddenSize: 8,
  numAttentionHeads: 2,
  intermediateSize: 12,
  numHiddenLayers: 2,
  maxPositionEmbeddings: 6,
};
const classes = [
  ['BertEncoder', BertEncoder, { ...sizes, initializerRange: 0.3 }],
  ['DistilBertEncoder', DistilBertEncoder, { ...sizes, initializerRange: 0.3 }],
  ['RobertaEncoder', RobertaEncoder, { ...sizes, initializerRange: 0.3, maxPositionEmbeddings: 8 }],
  ['ClipTextEncoder', ClipTextEncoder, { ...sizes, initializerFactor: 3, eosTokenId: 3, projectionDim: 5 }],
] as const;
const ids = (rows: number[][]): Tensor2D => tensor2d(rows, [rows.length, rows[0]!.length], 'int32');

onBackends(backendsUnderTest(), () => {
  describe.each(classes)('%s', (_, Encoder, config) => {
    it('reads a text the same whatever stands in its padding and beside it', async () => {
      const encoder = new Encoder(config, { seed: 3 });
      const alone = encoder.call({ inputIds: ids([[2, 4, 3]]) });
      const batches = [
        { inputIds: ids([[2, 4, 3, 0, 0], [4, 5, 6, 7, 3]]), attentionMask: ids([[1, 1, 1, 0, 0], [1, 1, 1, 1, 1]]) },
        { inputIds: ids([[2, 4, 3, 9, 10], [3, 0, 0, 0, 0]]), attentionMask: ids([[1, 1, 1, 0, 0], [1, 0, 0, 0, 0]]) },
      ]; // prettier-ignore
      for (const batch of batches) {
        const { lastHiddenState, poolerOutput } = encoder.call(batch);
        await expectTensorsClose(slice(lastHiddenState, [0, 0, 0], [1, 3, 8]), alone.lastHiddenState);
        await expectTensorsClose(slice(poolerOutput, [0, 0], [1, 8]), alone.poolerOutput);
      }
      encoder.dispose();
    });

    it('leaves no tensor behind, also when it throws', async () => {
      const inputs = { inputIds: ids([[1, 2, 3]]), attentionMask: ids([[1, 1, 1]]), tokenTypeIds: ids([[0, 1, 1]]) };
      const long = ids([[1, 2, 3, 4, 5, 6, 7]]);
      await expectNoLeaks(() => {
        const encoder = new Encoder(config);
        dispose({ ...encoder.call(inputs) });
        expect(() => encoder.call({ inputIds: long })).toThrow(ShapeError);
        const { value, grads } = variableGrads(() => sum(encoder.call(inputs).poolerOutput));
        dispose([value, grads]);
        encoder.dispose();
        expect(() => new Encoder({ ...config, numAttentionHeads: 3 })).toThrow(RangeError);
      });
    });
  });
});

describe.each(classes)('%s', (name, Encoder, config) => {
  it('is the same after saving and loading, however it pools', async () => {
    await useBackend('cpu');
    const other = name === 'ClipTextEncoder' || name === 'DistilBertEncoder' ? 'mean' : 'cls';
    for (const pooling of [undefined, other] as const) {
      const encoder = new Encoder(config, { seed: 5, pooling });
      const loaded = await Encoder.load(folderInMemory(await encoder.files()));
      expect(loaded.config).toEqual(encoder.config);
      expect(loaded.pooling).toBe(encoder.pooling);
      expect(await readParameters(loaded)).toEqual(await readParameters(encoder));
      const inputIds = ids([[2, 4, 3]]);
      await expectTensorsClose(loaded.call({ inputIds }).poolerOutput, encoder.call({ inputIds }).poolerOutput, 0);
      encoder.dispose();
      loaded.dispose();
    }
  });

  it('starts from its seed', async () => {
    await useBackend('cpu');
    const [first, again, another] = await Promise.all(
      [1, 1, 2].map((seed) => readParameters(new Encoder(config, { seed }))),
    );
    expect(again).toEqual(first);
    expect(another).not.toEqual(first);
    for (const [path, { data }] of first!) {
      const expected = path.endsWith('bias') ? 0 : 1;
      if (/bias$|norm\w*\.weight$/i.test(path)) expect([...new Set(data)], path).toEqual([expected]);
      else expect(new Set(data).size, path).toBeGreaterThan(data.length / 2);
    }
  });

  it('refuses inputs that do not fit, and ways of pooling that it does not know', async () => {
    await useBackend('cpu');
    const encoder = new Encoder(config);
    expect(encoder.maxLength).toBe(6);
    const inputIds = ids([[1, 2, 3]]);
    expect(() => encoder.call({ inputIds: ids([[1, 2, 3, 4, 5, 6, 7]]) })).toThrow(
      `${name}: inputIds must be [B, T] with T at most maxLength 6, got [1, 7]. Truncate the texts`,
    );
    expect(() => encoder.call({ inputIds, attentionMask: ids([[1, 1]]) })).toThrow(`${name}: attentionMask must be`);
    expect(() => encoder.call({ inputIds: tensor2d([[1, 2]]) })).toThrow(
      `${name}: inputIds must be int32, got float32.`,
    );
    encoder.dispose();
    const pooling = 'middle' as 'mean';
    expect(() => new Encoder(config, { pooling })).toThrow(/: pooling must be one of .*mean.*, got "middle"\./);
    const files = await new Encoder(config).files();
    const content = String(files.get('config.json')).replace('{', '{ "crossmodal_pooling": 3,');
    const folder = folderInMemory(new Map([...files, ['config.json', content]]));
    await expect(Encoder.load(folder)).rejects.toThrow('got "3".');
  });
});

const saved = [
  ['bert-a', BertEncoder],
  ['bert-b', BertEncoder],
  ['distilbert-a', DistilBertEncoder],
  ['distilbert-b', DistilBertEncoder],
  ['roberta-b', RobertaEncoder],
  ['roberta-c', RobertaEncoder],
  ['clip-a', ClipTextEncoder],
  ['clip-b', ClipTextEncoder],
] as const;

it.each(saved)('writes what save_pretrained wrote: %s', async (name, Encoder) => {
  await useBackend('cpu');
  const folder = join(fixtures, 'encoders', name);
  const encoder = await Encoder.load(folder);
  const files = await encoder.files();
  encoder.dispose();
  const theirs = await readFile(join(folder, 'model.safetensors'));
  expect(parseSafetensors(files.get('model.safetensors') as Uint8Array)).toEqual(parseSafetensors(theirs));
  expect(Buffer.from(files.get('model.safetensors') as Uint8Array).equals(theirs)).toBe(true);
  const config = (await readFixture(`encoders/${name}/config.json`)) as Record<string, unknown>;
  const written = JSON.parse(String(files.get('config.json'))) as Record<string, unknown>;
  const common = Object.keys(written).filter((key) => key in config);
  expect(common).toEqual(expect.arrayContaining(['architectures', 'model_type', 'vocab_size']));
  for (const key of common) expect([key, written[key]]).toEqual([key, config[key]]);
});
