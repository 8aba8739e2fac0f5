import { add, mul, sigmoid, square, sub, type Tensor } from '@tensorflow/tfjs-core';
import { savedAt, withGradient } from './withGradient.js';

/** Twice `sqrt(2 / π)`: `(1 + tanh u) / 2` is `sigmoid(2 u)`. */
const steepness = 2 * Math.sqrt(2 / Math.PI);
const cubic = 0.044715;

/**
 * The approximation of GELU by a hyperbolic tangent: `x (1 + tanh(sqrt(2 / π) (x + 0.044715 x³))) / 2`.
 *
 * Hendrycks and Gimpel 2016, section 2, https://arxiv.org/abs/1606.08415; `hidden_act: "gelu_new"` and `"gelu_pytorch_tanh"`, two names
 * of one function, in Hugging Face configs.
 *
 * @param x - float32 of any shape
 * @returns shape of `x`, float32; new tensor, the caller disposes it
 *
 * @example
 * geluTanh(ones([2, 3])).shape; // [2, 3]
 */
export function geluTanh(x: Tensor): Tensor {
  return withGradient(
    [x],
    () => ({ value: mul(x, gateOf(x)), saved: [x] }),
    (dy, saved) => {
      const input = savedAt(saved, 0);
      const gate = gateOf(input);
      const inner = mul(input, add(mul(square(input), 3 * cubic * steepness), steepness)); // x times the slope of 2 u
      return [mul(dy, mul(gate, add(mul(inner, sub(1, gate)), 1)))];
    },
  );
}

function gateOf(x: Tensor): Tensor {
  return sigmoid(mul(x, add(mul(square(x), cubic * steepness), steepness)));
}
