import { checkGradients, onBackends, seededNormal } from '@crossmodal/testing';
import { type Tensor3D, tensor2d } from '@tensorflow/tfjs-core';
import { describe, it } from 'vitest';
import { CrossModalAttention, type CrossModalAttentionOptions } from './CrossModalAttention.js';

const variants: readonly Partial<CrossModalAttentionOptions>[] = [
  {},
  { nullKey: true },
  { gate: 'tanh' },
  { gate: 'sigmoid', nullKey: true },
];

// The golden values hold the same gradients on every other backend.
onBackends(['cpu', 'wasm'], () => {
  describe.each(variants)('CrossModalAttention with %j', (options) => {
    const layer = new CrossModalAttention({ hiddenSize: 8, numAttentionHeads: 2, seed: 3, ...options });
    const inputs = () => [seededNormal([2, 3, 5], 1), seededNormal([2, 4, 6], 2)];
    const attend = (query: unknown, key: unknown) => {
      const keyMask = tensor2d([1, 1, 1, 1, 1, 1, 0, 1], [2, 4]);
      return layer.attend({ query: query as Tensor3D, key: key as Tensor3D, keyMask }); // rank 3 by their shapes
    };

    it('has the gradients of finite differences in what it attends to', async () => {
      await checkGradients((query, key) => attend(query, key).attended, inputs());
    });

    it('lets gradients flow through its weights, so that they can be supervised', async () => {
      await checkGradients((query, key) => attend(query, key).crossAttentions, inputs());
    });

    if (options.nullKey) {
      it('lets gradients flow through the weight of the null key', async () => {
        await checkGradients((query, key) => attend(query, key).nullAttention ?? query, inputs());
      });
    }
  });
});
