import { type Tensor, type Tensor3D, type Tensor4D } from '@tensorflow/tfjs-core';
import { attention } from '../ops/attention.js';
import { mergeHeads } from '../ops/mergeHeads.js';
import { splitHeads } from '../ops/splitHeads.js';
import { type Dropout } from './Dropout.js';
import { type EncoderBlockContext } from './EncoderBlock.js';
import { type Linear } from './Linear.js';

/** The parts of self-attention, whose names differ from model to model. */
export interface SelfAttentionParts {
  readonly query: Linear;
  readonly key: Linear;
  readonly value: Linear;
  readonly dropout: Dropout;
  readonly numAttentionHeads: number;
}

/** Multi-head self-attention before its output projection; Vaswani et al. 2017, section 3.2.2. */
export function attendHeads(
  hiddenStates: Tensor,
  { query, key, value, dropout, numAttentionHeads }: SelfAttentionParts,
  context: EncoderBlockContext,
): { attended: Tensor3D; attentions: Tensor4D } {
  // Linear maps keep the rank of the stream, which its declared type cannot say.
  const project = (map: Linear): Tensor4D => splitHeads(map.call(hiddenStates, context) as Tensor3D, numAttentionHeads);
  const seed = dropout.seedOf(context);
  const { attended, attentions } = attention({
    query: project(query),
    key: project(key),
    value: project(value),
    bias: context.bias,
    dropout: seed === undefined ? undefined : { rate: dropout.rate, seed },
  });
  return { attended: mergeHeads(attended), attentions }; // [B, T, D], [B, H, T, T]
}
