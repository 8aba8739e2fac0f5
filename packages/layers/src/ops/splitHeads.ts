import { type Rank, reshape, tidy, transpose, type Tensor3D, type Tensor4D } from '@tensorflow/tfjs-core';
import { assertDivisible, assertRank } from '../checks/ShapeError.js';

/**
 * Splits the feature axis into attention heads.
 *
 * Section 3.2.2 of Vaswani et al. 2017, https://arxiv.org/abs/1706.03762
 *
 * @param x - `[B, T, D]` float32
 * @param numHeads - positive integer that divides `D`
 * @returns `[B, H, T, D / H]` float32; new tensor, the caller disposes it
 * @throws {@link ShapeError} when `x` is not rank 3 or `D` is not divisible
 *
 * @example
 * splitHeads(ones([2, 5, 8]), 4).shape; // [2, 4, 5, 2]
 */
export function splitHeads(x: Tensor3D, numHeads: number): Tensor4D {
  const [batch, length, hidden] = assertRank(x, 3, 'splitHeads: x');
  assertDivisible(hidden, numHeads, 'splitHeads: hidden size by numHeads');
  return tidy(() => {
    const perHead = reshape<Rank.R4>(x, [batch, length, numHeads, hidden / numHeads]);
    return transpose(perHead, [0, 2, 1, 3]); // [B, H, T, Dh]
  });
}
