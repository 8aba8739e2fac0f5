import { reshape, tidy, transpose, type Tensor3D, type Tensor4D } from '@tensorflow/tfjs-core';
import { assertRank } from '../checks/ShapeError.js';

/**
 * Joins attention heads into one feature axis, the inverse of `splitHeads`.
 *
 * @param x - `[B, H, T, Dh]` float32
 * @returns `[B, T, H * Dh]` float32; new tensor, the caller disposes it
 * @throws {@link ShapeError} when `x` is not rank 4
 *
 * @example
 * mergeHeads(ones([2, 4, 5, 2])).shape; // [2, 5, 8]
 */
export function mergeHeads(x: Tensor4D): Tensor3D {
  const [batch, numHeads, length, headSize] = assertRank(x, 4, 'mergeHeads: x');
  return tidy(() => reshape(transpose(x, [0, 2, 1, 3]), [batch, length, numHeads * headSize]));
}
