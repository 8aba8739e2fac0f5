import { type Module } from '@crossmodal/layers';
import { type ClipVisionConfig } from './ClipVisionConfig.js';
import { drawParameters } from './drawParameters.js';

/**
 * Gives a vision encoder the first values that CLIP starts training with: normal, by kind of weight. Biases stay 0, norms stay as they are.
 *
 * Section 2.4 of Radford et al. 2021, https://arxiv.org/abs/2103.00020, as in transformers 5.24, `CLIPPreTrainedModel._init_weights`.
 *
 * @param module - the encoder, with Hugging Face's parameter paths
 * @param seed - equal seeds give equal values; each parameter has its own stream
 */
export function initializeClipVision(module: Module, config: ClipVisionConfig, seed: number): void {
  drawParameters(module, seed, (path) => standardDeviation(path, config));
}

function standardDeviation(path: string, config: ClipVisionConfig): number | undefined {
  const { hiddenSize, numHiddenLayers, initializerRange, initializerFactor } = config;
  const perWidth = hiddenSize ** -0.5;
  const perDepth = (2 * numHiddenLayers) ** -0.5;
  const kinds: readonly (readonly [RegExp, number])[] = [
    [/\.class_embedding$/, perWidth],
    [/\.(patch|position)_embedding\.weight$/, initializerRange],
    [/\.self_attn\.[qkv]_proj\.weight$/, perWidth * perDepth],
    [/\.self_attn\.out_proj\.weight$/, perWidth],
    [/\.mlp\.fc1\.weight$/, (2 * hiddenSize) ** -0.5],
    [/\.mlp\.fc2\.weight$/, perWidth * perDepth],
    [/^visual_projection\.weight$/, perWidth],
  ];
  const found = kinds.find(([pattern]) => pattern.test(path));
  return found && found[1] * initializerFactor;
}
