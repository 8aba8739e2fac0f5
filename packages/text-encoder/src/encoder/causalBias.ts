import { maskToBias } from '@crossmodal/layers';
import { add, expandDims, lessEqual, range, transpose, type Tensor2D, type Tensor4D } from '@tensorflow/tfjs-core';

/**
 * The bias with which each token attends to itself and to those before it.
 *
 * @param length - of the texts
 * @param attentionMask - `[B, T]`, 1 = keep; default all 1
 * @returns `[1 or B, 1, T, T]` float32; new tensor
 */
export function causalBias(length: number, attentionMask: Tensor2D | undefined): Tensor4D {
  const places = range(0, length, 1, 'int32');
  // One row per token that attends, one column per token that it may see.
  const mask = lessEqual<Tensor2D>(expandDims(places, 0), expandDims(places, 1));
  const causal = transpose<Tensor4D>(maskToBias(mask), [1, 2, 0, 3]); // [1, 1, T, T]
  return attentionMask ? add<Tensor4D>(causal, maskToBias(attentionMask)) : causal;
}
