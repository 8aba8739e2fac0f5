import { type Rank, reshape, slice, type Tensor2D, type Tensor3D } from '@tensorflow/tfjs-core';

/** The stream in its two parts. */
export interface SplitStates {
  /** `[B, D]` float32. */
  readonly classToken: Tensor2D;
  /** `[B, P, D]` float32. */
  readonly patchStates: Tensor3D;
}

/** Takes the class token, which comes first, and the patches apart. */
export function splitClassToken(hiddenStates: Tensor3D): SplitStates {
  const [batch, length, hiddenSize] = hiddenStates.shape;
  return {
    classToken: reshape<Rank.R2>(slice(hiddenStates, [0, 0, 0], [batch, 1, hiddenSize]), [batch, hiddenSize]),
    patchStates: slice(hiddenStates, [0, 1, 0], [batch, length - 1, hiddenSize]),
  };
}
