import {
  cast,
  div,
  matMul,
  maximum,
  mul,
  reshape,
  sum,
  tidy,
  type Tensor2D,
  type Tensor3D,
} from '@tensorflow/tfjs-core';
import { assertRank, assertShape } from '../checks/ShapeError.js';
import { savedAt, withGradient } from './withGradient.js';

/**
 * Mean over the positions that a mask keeps. A row without any gives zeros.
 *
 * @param x - `[B, T, D]` float32
 * @param mask - `[B, T]` int32, bool or float32 of zeros and ones; 1 = keep. It gets no gradient
 * @returns `[B, D]` float32; new tensor, the caller disposes it
 * @throws {@link ShapeError} when the shapes do not fit
 *
 * @example
 * maskedMean(ones([2, 5, 8]), ones([2, 5])).shape; // [2, 8]
 */
export function maskedMean(x: Tensor3D, mask: Tensor2D): Tensor2D {
  const [batch, length, width] = assertRank(x, 3, 'maskedMean: x');
  assertShape(mask, [batch, length], 'maskedMean: mask');
  return tidy(() => {
    const kept = cast(mask, 'float32');
    const shares = div(kept, maximum(sum(kept, -1, true), 1)); // [B, T]
    const pooled = withGradient(
      [x],
      () => ({ value: matMul(reshape(shares, [batch, 1, length]), x), saved: [shares] }),
      (dy, saved) => [mul(reshape(savedAt(saved, 0), [batch, length, 1]), dy)],
    );
    return reshape(pooled, [batch, width]);
  });
}
