import { type Tensor } from '@tensorflow/tfjs-core';
import { gelu } from './gelu.js';
import { geluTanh } from './geluTanh.js';
import { quickGelu } from './quickGelu.js';
import { relu } from './relu.js';

/** The activations of a block by their names in Hugging Face's `hidden_act`; `gelu_new` and `gelu_pytorch_tanh` are the same function. */
export type ActivationName = 'gelu' | 'gelu_new' | 'gelu_pytorch_tanh' | 'quick_gelu' | 'relu';

const activations: Readonly<Record<ActivationName, (x: Tensor) => Tensor>> = {
  gelu,
  gelu_new: geluTanh,
  gelu_pytorch_tanh: geluTanh,
  quick_gelu: quickGelu,
  relu,
};

/** Every {@link ActivationName}, for checks of configurations and their messages. */
export const activationNames: readonly ActivationName[] = [
  'gelu',
  'gelu_new',
  'gelu_pytorch_tanh',
  'quick_gelu',
  'relu',
];

/**
 * The activation of a given name.
 *
 * @throws RangeError when there is none
 */
export function activation(name: ActivationName): (x: Tensor) => Tensor {
  if (!activationNames.includes(name)) {
    throw new RangeError(`activation: name must be one of ${activationNames.join(', ')}, got "${name}".`);
  }
  return activations[name];
}
