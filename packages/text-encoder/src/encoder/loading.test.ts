import { useBackend } from '@crossmodal/testing';
import { folderInMemory, openWeights, serializeSafetensors, type TensorData } from '@crossmodal/weights';
import { beforeAll, describe, expect, it } from 'vitest';
import { BertEncoder } from './BertEncoder.js';
import { bertNames } from './publishedNames.js';

const values = (value: number): TensorData => ({ dtype: 'F32', shape: [1], data: Float32Array.of(value) });
const counters: TensorData = { dtype: 'I64', shape: [1], data: BigInt64Array.of(0n) };
const open = (entries: [string, TensorData][]) =>
  openWeights(
    folderInMemory(new Map([['model.safetensors', serializeSafetensors(new Map(entries))]])),
    bertNames,
    'test',
  );
const select = async (entries: [string, TensorData][]): Promise<Record<string, number | undefined>> => {
  const weights = await open(entries);
  const selected: Record<string, number | undefined> = {};
  for await (const [path, { data }] of weights.read(weights.shapes)) selected[path] = data[0];
  return selected;
};

describe('bertNames', () => {
  it('take the encoder out of a file with a head, under its own names', async () => {
    expect(
      await select([
        ['bert.embeddings.word_embeddings.weight', values(1)],
        ['bert.embeddings.LayerNorm.gamma', values(2)],
        ['bert.embeddings.LayerNorm.beta', values(3)],
        ['bert.embeddings.position_ids', counters],
        ['cls.predictions.transform.LayerNorm.gamma', values(4)],
        ['classifier.weight', values(5)],
        ['bert.pooler.dense.weight', values(6)],
      ]),
    ).toEqual({
      'embeddings.word_embeddings.weight': 1,
      'embeddings.LayerNorm.weight': 2,
      'embeddings.LayerNorm.bias': 3,
      'pooler.dense.weight': 6,
    });
  });

  it('keep everything but buffers of a file without a head', async () => {
    expect(
      await select([
        ['embeddings.token_type_ids', counters],
        ['embeddings.position_ids', counters],
        ['stray', values(1)],
      ]),
    ).toEqual({ stray: 1 });
  });

  it('lead to one weight each, which holds no integers', async () => {
    await expect(select([['stray', counters]])).rejects.toThrow(
      new TypeError('test: memory/model.safetensors: "stray" must be of a floating-point dtype, got I64.'),
    );
    await expect(
      select([
        ['a.LayerNorm.gamma', values(1)],
        ['a.LayerNorm.weight', values(1)],
      ]),
    ).rejects.toThrow(
      'test: memory/model.safetensors: each weight must be there once, got "a.LayerNorm.weight" under two names.',
    );
  });
});

describe('BertEncoder.load', () => {
  beforeAll(() => useBackend('cpu'));

  it('says which files it looked for', async () => {
    const folder = folderInMemory(new Map([['config.json', '{"model_type":"bert"}']]));
    await expect(BertEncoder.load(folder)).rejects.toThrow(
      'BertEncoder: memory must hold one of model.safetensors, model.safetensors.index.json, pytorch_model.bin, ' +
        'pytorch_model.bin.index.json; found none.',
    );
  });
});
