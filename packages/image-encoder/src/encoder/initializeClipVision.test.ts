import { readParameters } from '@crossmodal/layers';
import { useBackend } from '@crossmodal/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { ClipVisionEncoder } from './ClipVisionEncoder.js';

const config = {
  imageSize: 40,
  patchSize: 10,
  hiddenSize: 64,
  intermediateSize: 96,
  numHiddenLayers: 3,
  numAttentionHeads: 4,
  projectionDim: 50,
  initializerRange: 0.05,
  initializerFactor: 2,
};

describe('initializeClipVision', () => {
  beforeAll(() => useBackend('cpu'));

  it('draws each kind of weight with the deviation that CLIP starts with', async () => {
    const parameters = await readParameters(new ClipVisionEncoder(config, { seed: 1 }));
    // transformers 5.24, CLIPPreTrainedModel._init_weights, with hidden size 64, 3 layers and factor 2.
    const expected: readonly [string, number][] = [
      ['vision_model.embeddings.patch_embedding.weight', 0.05 * 2],
      ['vision_model.embeddings.position_embedding.weight', 0.05 * 2],
      ['vision_model.encoder.layers.2.self_attn.q_proj.weight', (1 / 8 / Math.sqrt(6)) * 2],
      ['vision_model.encoder.layers.2.self_attn.k_proj.weight', (1 / 8 / Math.sqrt(6)) * 2],
      ['vision_model.encoder.layers.2.self_attn.v_proj.weight', (1 / 8 / Math.sqrt(6)) * 2],
      ['vision_model.encoder.layers.0.self_attn.out_proj.weight', (1 / 8) * 2],
      ['vision_model.encoder.layers.0.mlp.fc1.weight', (1 / Math.sqrt(128)) * 2],
      ['vision_model.encoder.layers.0.mlp.fc2.weight', (1 / 8 / Math.sqrt(6)) * 2],
      ['visual_projection.weight', (1 / 8) * 2],
    ];
    for (const [path, std] of expected) {
      const data = parameters.get(path)?.data ?? [];
      // The spread of at least 1,000 draws is within a tenth of the deviation (more than four standard errors).
      expect(spread(data) / std, path).toBeGreaterThan(0.9);
      expect(spread(data) / std, path).toBeLessThan(1.1);
    }
    const classEmbedding = parameters.get('vision_model.embeddings.class_embedding')?.data ?? [];
    expect(spread(classEmbedding)).toBeGreaterThan(0.15);
    expect(spread(classEmbedding)).toBeLessThan(0.35);
  });

  it('gives no two weights the same values, and leaves biases and norms alone', async () => {
    const parameters = await readParameters(new ClipVisionEncoder(config, { seed: 1 }));
    const firstValues = new Set<number>();
    let drawn = 0;
    for (const [path, { data }] of parameters) {
      if (path.endsWith('bias')) expect(new Set(data), path).toEqual(new Set([0]));
      else if (path.includes('norm')) expect(new Set(data), path).toEqual(new Set([1]));
      else {
        drawn += 1;
        firstValues.add((data[0] ?? 0) / spread(data));
      }
    }
    expect(drawn).toBe(3 + 3 * 6 + 1);
    expect(firstValues.size).toBe(drawn);
  });
});

function spread(values: Float32Array | readonly number[]): number {
  let squares = 0;
  for (const value of values) squares += value ** 2;
  return Math.sqrt(squares / values.length);
}
