import { type Module } from '@crossmodal/layers';
import { drawParameters } from './drawParameters.js';

/**
 * Gives a ViT the first values that it starts training with: weights, class token and positions normal, biases 0, norms as they are.
 *
 * As in transformers 5.24, `ViTPreTrainedModel._init_weights`, which cuts the last two at 2, a hundred standard deviations.
 *
 * @param module - the encoder or the classifier, with Hugging Face's parameter paths
 * @param initializerRange - the standard deviation
 * @param seed - equal seeds give equal values; each parameter has its own stream
 */
export function initializeVit(module: Module, initializerRange: number, seed: number): void {
  drawParameters(module, seed, (path) => (/bias$|layernorm/.test(path) ? undefined : initializerRange));
}
