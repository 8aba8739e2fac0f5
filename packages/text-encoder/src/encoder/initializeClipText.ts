import { deriveSeed, type Module, normalInitializer } from '@crossmodal/layers';
import { dispose } from '@tensorflow/tfjs-core';
import { type ClipTextConfig } from './ClipTextConfig.js';

/**
 * Gives a text encoder the first values that CLIP starts training with: normal, by kind of weight. Biases stay 0, norms stay as they are.
 *
 * Section 2.4 of Radford et al. 2021, https://arxiv.org/abs/2103.00020, as in transformers 5.24, `CLIPPreTrainedModel._init_weights`.
 *
 * @param module - the encoder, with Hugging Face's parameter paths
 * @param config - sizes and scale
 * @param seed - equal seeds give equal values; each parameter has its own stream
 */
export function initializeClipText(module: Module, config: ClipTextConfig, seed: number): void {
  const { hiddenSize, numHiddenLayers, initializerFactor } = config;
  const perWidth = hiddenSize ** -0.5;
  const perDepth = (2 * numHiddenLayers) ** -0.5;
  const deviations: readonly (readonly [RegExp, number])[] = [
    [/\.(token|position)_embedding\.weight$/, 0.02],
    [/\.self_attn\.[qkv]_proj\.weight$/, perWidth * perDepth],
    [/\.self_attn\.out_proj\.weight$/, perWidth],
    [/\.mlp\.fc1\.weight$/, (2 * hiddenSize) ** -0.5],
    [/\.mlp\.fc2\.weight$/, perWidth * perDepth],
    [/^text_projection\.weight$/, perWidth],
  ];
  for (const [path, parameter] of module.namedParameters()) {
    const found = deviations.find(([pattern]) => pattern.test(path));
    if (!found) continue;
    const values = normalInitializer(found[1] * initializerFactor)(parameter.shape, deriveSeed(seed, path));
    parameter.assign(values);
    dispose(values);
  }
}
