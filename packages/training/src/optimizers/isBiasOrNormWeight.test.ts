import { expect, it } from 'vitest';
import { isBiasOrNormWeight } from './isBiasOrNormWeight.js';

it.each([
  ['textEncoder.encoder.layer.0.attention.self.query.bias', true],
  ['textEncoder.encoder.layer.0.output.LayerNorm.weight', true],
  ['imageEncoder.vision_model.pre_layrnorm.weight', true],
  ['imageEncoder.vision_model.encoder.layers.0.layer_norm1.weight', true],
  ['transformer.ln_1.weight', true],
  ['embeddings.LayerNorm.gamma', true],
  ['bias', true],
  ['textEncoder.encoder.layer.0.attention.self.query.weight', false],
  ['textEncoder.embeddings.word_embeddings.weight', false],
  ['normalizer.projection.weight', false],
  ['fusion.crossAttention.nullKey', false],
  ['biased.weight', false],
])('%s: %s', (path, expected) => {
  expect(isBiasOrNormWeight(path)).toBe(expected);
});
