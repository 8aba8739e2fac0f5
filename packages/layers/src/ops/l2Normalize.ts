import { maximum, mul, rsqrt, square, sub, sum, type Tensor } from '@tensorflow/tfjs-core';
import { savedAt, withGradient } from './withGradient.js';

/**
 * Scales the last axis to length 1: `y = x / max(‖x‖, epsilon)`, as PyTorch's `F.normalize`.
 *
 * @param x - `[..., D]` float32, rank 1 or more
 * @param epsilon - smallest length to divide by; default 1e-12, at least 1e-18 (its square must be a float32)
 * @returns shape of `x`, float32; new tensor, the caller disposes it
 * @throws RangeError when epsilon is below 1e-18
 *
 * @example
 * l2Normalize(tensor1d([3, 4])); // [0.6, 0.8]
 */
export function l2Normalize(x: Tensor, epsilon = 1e-12): Tensor {
  if (!(epsilon >= 1e-18)) throw new RangeError(`l2Normalize: epsilon must be at least 1e-18, got ${epsilon}.`);
  return withGradient(
    [x],
    () => {
      const inverse = rsqrt(maximum(sum(square(x), -1, true), epsilon * epsilon));
      const value = mul(x, inverse);
      return { value, saved: [value, inverse] };
    },
    (dy, saved) => {
      const value = savedAt(saved, 0);
      const along = mul(value, sum(mul(dy, value), -1, true));
      return [mul(savedAt(saved, 1), sub(dy, along))];
    },
  );
}
