import { add, mul, sigmoid, sub, type Tensor } from '@tensorflow/tfjs-core';
import { runFusedKernel } from './fusedKernel.js';
import { savedAt, withGradient } from './withGradient.js';

const steepness = 1.702;

/**
 * CLIP's approximation of GELU: `x sigmoid(1.702 x)`.
 *
 * Hendrycks and Gimpel 2016, section 2, https://arxiv.org/abs/1606.08415; `hidden_act: "quick_gelu"` in Hugging Face configs.
 *
 * @param x - float32 of any shape
 * @returns shape of `x`, float32; new tensor, the caller disposes it
 *
 * @example
 * quickGelu(ones([2, 3])).shape; // [2, 3]
 */
export function quickGelu(x: Tensor): Tensor {
  return withGradient(
    [x],
    () => {
      const value = runFusedKernel('CrossmodalQuickGelu', { x })?.[0] ?? mul(x, sigmoid(mul(x, steepness)));
      return { value, saved: [x, value] };
    },
    (dy, saved) => {
      const input = savedAt(saved, 0);
      const value = savedAt(saved, 1);
      const fused = runFusedKernel('CrossmodalQuickGeluGrad', { dy, x: input, y: value });
      if (fused) return fused;
      const gate = sigmoid(mul(input, steepness));
      return [mul(dy, add(gate, mul(mul(value, steepness), sub(1, gate))))];
    },
  );
}
