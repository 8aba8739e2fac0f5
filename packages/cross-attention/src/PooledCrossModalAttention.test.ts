import { ShapeError } from '@crossmodal/layers';
import { backendsUnderTest, expectNoLeaks, expectTensorsClose, onBackends, seededNormal } from '@crossmodal/testing';
import {
  dispose,
  gather,
  ones,
  type Scalar,
  square,
  sum,
  type Tensor,
  tensor2d,
  type Tensor2D,
  variableGrads,
  zeros,
} from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { PooledCrossModalAttention } from './PooledCrossModalAttention.js';

const pooled = (shape: [number, number], seed: number) => seededNormal(shape, seed) as Tensor2D; // rank 2

onBackends(backendsUnderTest(), () => {
  it('weighs its one key with 1, and gives every text the same attended vector', async () => {
    const layer = new PooledCrossModalAttention({ hiddenSize: 8 });
    const key = pooled([2, 6], 2);
    const one = layer.attend({ query: pooled([2, 5], 1), key });
    const other = layer.attend({ query: pooled([2, 5], 3), key });
    await expectTensorsClose(one.crossAttentions, ones([2, 1, 1, 1]), 0);
    await expectTensorsClose(one.attended, other.attended, 0);
  });

  it('gives queryTransform and keyTransform a gradient of exactly zero, as documented', async () => {
    const layer = new PooledCrossModalAttention({ hiddenSize: 8 });
    const [query, key] = [pooled([4, 5], 1), pooled([4, 6], 2)];
    layer.build([query.shape, key.shape]);
    const { grads } = variableGrads(() => sum<Scalar>(square(layer.attend({ query, key }).attended)));
    for (const { originalName, name } of layer.weights) {
      const gradient = grads[name];
      if (!gradient) throw new Error(`${originalName} got no gradient.`);
      const largest = Math.max(...(await gradient.data()).map(Math.abs));
      if (originalName.startsWith('valueTransform')) expect(largest, originalName).toBeGreaterThan(0.01);
      else expect(largest, originalName).toBe(0);
    }
    layer.dispose();
  });

  it('gives zeros to a sample without an image', async () => {
    const layer = new PooledCrossModalAttention({ hiddenSize: 8 });
    const keyMask = tensor2d([1, 0], [2, 1], 'int32');
    const { attended, crossAttentions } = layer.attend({ query: pooled([2, 5], 1), key: pooled([2, 6], 2), keyMask });
    await expectTensorsClose(gather(attended, [1]), zeros([1, 8]), 0);
    await expectTensorsClose(crossAttentions, { shape: [2, 1, 1, 1], values: [1, 0] }, 0);
  });

  it('leaves no tensor behind', async () => {
    const layer = new PooledCrossModalAttention({ hiddenSize: 8 });
    const [query, key, keyMask] = [pooled([2, 5], 1), pooled([2, 6], 2), ones([2, 1])];
    await expectNoLeaks(() => {
      // Tensors in, an array of tensors out.
      dispose(layer.apply([query, key, keyMask]) as Tensor[]);
      expect(() => layer.attend({ query, key: query })).toThrow(ShapeError);
    });
    await expectNoLeaks(() => {
      const unused = new PooledCrossModalAttention({ hiddenSize: 8 });
      unused.build([query.shape, key.shape]);
      unused.dispose();
    });
  });
});

describe('PooledCrossModalAttention', () => {
  it('refuses what is not one pooled vector per sample', () => {
    const layer = new PooledCrossModalAttention({ hiddenSize: 8 });
    const [query, key] = [pooled([2, 5], 1), pooled([2, 6], 2)];
    expect(() => layer.apply([query, seededNormal([2, 4, 6], 2)])).toThrow(
      'PooledCrossModalAttention: key must be [B, D], one pooled vector per sample, got [2, 4, 6]. ' +
        'CrossModalAttention takes states of tokens and patches.',
    );
    expect(() => layer.attend({ query, key: pooled([3, 6], 2) })).toThrow(
      'key must be of batch size 2 like query, got [3, 6]',
    );
    expect(() => layer.attend({ query, key, keyMask: ones([2, 2]) })).toThrow(
      'keyMask must be [2, 1] with 1 = attend, got [2, 2]',
    );
    expect(() => layer.apply([query])).toThrow('inputs must be an array of query, key, keyMask?, got one tensor');
    layer.attend({ query, key });
    expect(() => layer.attend({ query: key, key })).toThrow('query must be [B, T, 5] or [B, 5], got [2, 6]');
    expect(() => layer.apply([query, key, ones([2, 1]), key])).toThrow('got 4 tensors');
  });

  it('refuses a hiddenSize that is not a positive integer', () => {
    expect(() => new PooledCrossModalAttention({ hiddenSize: -1 })).toThrow(
      'PooledCrossModalAttention: hiddenSize must be a positive integer, got -1.',
    );
  });
});
