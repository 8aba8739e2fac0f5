import { add, div, erf, exp, mul, square, type Tensor } from '@tensorflow/tfjs-core';
import { runFusedKernel } from './fusedKernel.js';
import { savedAt, withGradient } from './withGradient.js';

/** Far below every activation that matters and far above the smallest float32. */
const tiny = 1e-30;

/**
 * Gaussian error linear unit in its exact form: `x Φ(x)`, with Φ from the error function.
 *
 * Hendrycks and Gimpel 2016, https://arxiv.org/abs/1606.08415; `hidden_act: "gelu"` in Hugging Face configs.
 *
 * @param x - float32 of any shape
 * @returns shape of `x`, float32; new tensor, the caller disposes it
 *
 * @example
 * gelu(ones([2, 3])).shape; // [2, 3]
 */
export function gelu(x: Tensor): Tensor {
  return withGradient(
    [x],
    () => {
      const value = runFusedKernel('CrossmodalGelu', { x })?.[0] ?? composeGelu(x);
      return { value, saved: [x, value] };
    },
    (dy, saved) => {
      const input = savedAt(saved, 0);
      const value = savedAt(saved, 1);
      const fused = runFusedKernel('CrossmodalGeluGrad', { dy, x: input, y: value });
      return fused ?? [mul(dy, composeSlope(input, value))];
    },
  );
}

function composeGelu(x: Tensor): Tensor {
  const half = mul(x, 0.5);
  return add(half, mul(half, erf(mul(x, Math.SQRT1_2))));
}

/** `Φ(x) + x φ(x)`. Φ comes from the saved value `y = x Φ(x)`: the error function is the dearest kernel on wasm. */
function composeSlope(x: Tensor, y: Tensor): Tensor {
  // At x = 0 this is exactly Φ(0) = 1/2 instead of 0 / 0; elsewhere `tiny` is lost in rounding.
  const cumulative = div(add(y, tiny / 2), add(x, tiny));
  const density = exp(mul(square(x), -0.5));
  return add(cumulative, mul(mul(x, 1 / Math.sqrt(2 * Math.PI)), density));
}
