import { cast, greater, mul, relu as rectify, type Tensor } from '@tensorflow/tfjs-core';
import { savedAt, withGradient } from './withGradient.js';

/**
 * Rectified linear unit: `max(x, 0)`, with the slope 0 at 0 as in PyTorch.
 *
 * Nair and Hinton 2010; `hidden_act: "relu"` in Hugging Face configs.
 *
 * @param x - float32 of any shape
 * @returns shape of `x`, float32; new tensor, the caller disposes it
 *
 * @example
 * relu(ones([2, 3])).shape; // [2, 3]
 */
export function relu(x: Tensor): Tensor {
  return withGradient(
    [x],
    () => {
      const value = rectify(x);
      return { value, saved: [value] };
    },
    (dy, saved) => [mul(dy, cast(greater(savedAt(saved, 0), 0), 'float32'))],
  );
}
