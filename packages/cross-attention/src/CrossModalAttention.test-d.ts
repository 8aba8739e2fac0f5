import type { layers } from '@tensorflow/tfjs-layers';
import type { Tensor1D, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import { assertType, describe, expectTypeOf, it } from 'vitest';
import { CrossModalAttention, type CrossModalAttentionOutput, type PooledCrossModalAttention } from './index.js';

declare const tokens: Tensor3D;
declare const vectors: Tensor2D;
declare const vector: Tensor1D;
declare const layer: CrossModalAttention;
declare const pooledLayer: PooledCrossModalAttention;

describe('CrossModalAttention', () => {
  it('is a TensorFlow.js layer', () => {
    expectTypeOf<CrossModalAttention>().toExtend<layers.Layer>();
    expectTypeOf<PooledCrossModalAttention>().toExtend<layers.Layer>();
  });

  it('returns ranked tensors by name', () => {
    expectTypeOf(layer.attend({ query: tokens, key: tokens })).toEqualTypeOf<CrossModalAttentionOutput>();
    expectTypeOf<CrossModalAttentionOutput['attended']>().toEqualTypeOf<Tensor3D>();
    expectTypeOf<CrossModalAttentionOutput['crossAttentions']>().toEqualTypeOf<Tensor4D>();
    expectTypeOf<CrossModalAttentionOutput['nullAttention']>().toEqualTypeOf<Tensor3D | undefined>();
    expectTypeOf(pooledLayer.attend({ query: vectors, key: vectors }).attended).toEqualTypeOf<Tensor2D>();
  });

  it('refuses wrong calls', () => {
    assertType(layer.attend({ query: vectors, key: tokens }));
    // @ts-expect-error hiddenSize is required
    assertType(new CrossModalAttention({ numAttentionHeads: 2 }));
    // @ts-expect-error there is no such gate
    assertType(new CrossModalAttention({ hiddenSize: 8, gate: 'relu' }));
    // @ts-expect-error a key is required
    assertType(layer.attend({ query: tokens }));
    // @ts-expect-error a vector has no batch axis
    assertType(layer.attend({ query: vector, key: tokens }));
    // @ts-expect-error the pooled form takes one vector per sample
    assertType(pooledLayer.attend({ query: tokens, key: vectors }));
  });
});
