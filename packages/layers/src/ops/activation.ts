import { type Tensor } from '@tensorflow/tfjs-core';
import { gelu } from './gelu.js';
import { quickGelu } from './quickGelu.js';

/** The activations of a block by their names in Hugging Face's `hidden_act`. */
export type ActivationName = 'gelu' | 'quick_gelu';

/**
 * The activation of a given name.
 *
 * @throws RangeError when there is none
 */
export function activation(name: ActivationName): (x: Tensor) => Tensor {
  const known: Readonly<Record<string, (x: Tensor) => Tensor>> = { gelu, quick_gelu: quickGelu };
  const found = known[name];
  if (!found) throw new RangeError(`activation: name must be one of ${Object.keys(known).join(', ')}, got "${name}".`);
  return found;
}
