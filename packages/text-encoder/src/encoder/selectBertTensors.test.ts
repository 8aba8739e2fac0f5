import { type TensorData } from '@crossmodal/weights';
import { describe, expect, it } from 'vitest';
import { selectBertTensors } from './selectBertTensors.js';

const values = (value: number): TensorData => ({ dtype: 'F32', shape: [1], data: Float32Array.of(value) });
const counters: TensorData = { dtype: 'I64', shape: [1], data: BigInt64Array.of(0n) };
const select = (entries: [string, TensorData][]): Record<string, number | undefined> =>
  Object.fromEntries([...selectBertTensors(new Map(entries), 'test')].map(([name, { data }]) => [name, data[0]]));

describe('selectBertTensors', () => {
  it('takes the encoder out of a file with a head, under its own names', () => {
    expect(
      select([
        ['bert.embeddings.word_embeddings.weight', values(1)],
        ['bert.embeddings.LayerNorm.gamma', values(2)],
        ['bert.embeddings.LayerNorm.beta', values(3)],
        ['bert.embeddings.position_ids', counters],
        ['cls.predictions.transform.LayerNorm.gamma', values(4)],
        ['classifier.weight', values(5)],
        ['pooler.dense.weight', values(6)],
      ]),
    ).toEqual({
      'embeddings.word_embeddings.weight': 1,
      'embeddings.LayerNorm.weight': 2,
      'embeddings.LayerNorm.bias': 3,
    });
  });

  it('keeps everything but buffers of a file without a head', () => {
    expect(
      select([
        ['embeddings.token_type_ids', counters],
        ['embeddings.position_ids', counters],
        ['stray', values(1)],
      ]),
    ).toEqual({
      stray: 1,
    });
  });

  it('refuses integers and weights under two names', () => {
    expect(() => select([['stray', counters]])).toThrow(
      new TypeError('test: "stray" must hold floating-point numbers, got I64.'),
    );
    expect(() =>
      select([
        ['a.LayerNorm.gamma', values(1)],
        ['a.LayerNorm.weight', values(1)],
      ]),
    ).toThrow(new RangeError('test: each weight must be there once, got "a.LayerNorm.weight" under two names.'));
  });
});
