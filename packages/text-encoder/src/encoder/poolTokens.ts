import { maskedMean } from '@crossmodal/layers';
import { mean, type Rank, reshape, slice, type Tensor2D, type Tensor3D } from '@tensorflow/tfjs-core';

/** The first token of each text: `[B, D]`, a new tensor. */
export function firstToken(states: Tensor3D): Tensor2D {
  const [batch, , width] = states.shape;
  return reshape<Rank.R2>(slice(states, [0, 0, 0], [batch, 1, width]), [batch, width]);
}

/** The mean over the tokens that a mask keeps, or over all: `[B, D]`, a new tensor. */
export function meanOfTokens(states: Tensor3D, attentionMask: Tensor2D | undefined): Tensor2D {
  return attentionMask ? maskedMean(states, attentionMask) : mean<Tensor2D>(states, 1);
}
