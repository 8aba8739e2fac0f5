import { cast, mul, reshape, sub, tidy, type Tensor2D, type Tensor4D } from '@tensorflow/tfjs-core';
import { assertRank } from '../checks/ShapeError.js';

/** What a masked key adds to its attention score: `exp` of it is 0 in float32, and sums of several stay finite. */
export const maskedBias = -1e9;

/**
 * Turns a 0/1 mask into the bias that attention adds to its scores. The only place where a mask becomes a bias.
 *
 * @param mask - `[B, S]` int32, bool or float32 of zeros and ones; 1 = attend
 * @returns `[B, 1, 1, S]` float32: 0 where the mask is 1, -1e9 where it is 0; new tensor, the caller disposes it
 * @throws {@link ShapeError} when the mask is not rank 2
 *
 * @example
 * maskToBias(tensor2d([[1, 0]], [1, 2], 'int32')); // [[[[0, -1e9]]]]
 */
export function maskToBias(mask: Tensor2D): Tensor4D {
  const [batch, length] = assertRank(mask, 2, 'maskToBias: mask');
  return tidy(() => {
    const masked = sub(1, cast(mask, 'float32'));
    return reshape(mul(masked, maskedBias), [batch, 1, 1, length]);
  });
}
