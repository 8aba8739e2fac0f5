import {
  add,
  matMul,
  max,
  mul,
  softmax,
  step,
  sub,
  sum,
  tidy,
  transpose,
  type Tensor,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import { assertRank, assertShape, ShapeError } from '../checks/ShapeError.js';
import { dropout } from './dropout.js';
import { runFusedKernel } from './fusedKernel.js';
import { maskedBias } from './maskToBias.js';
import { savedAt, withGradient } from './withGradient.js';

/** The inputs of {@link attention}. */
export interface AttentionInputs {
  /** `[B, H, T, Dh]` float32. */
  readonly query: Tensor4D;
  /** `[B, H, S, Dh]` float32. */
  readonly key: Tensor4D;
  /** `[B, H, S, Dv]` float32. */
  readonly value: Tensor4D;
  /** Added to the scores, `[B or 1, 1 or H, T or 1, S]` float32, finite; see `maskToBias`. It gets no gradient. Default: none. */
  readonly bias?: Tensor4D | undefined;
  /** Dropout of the weights; default: none. */
  readonly dropout?: { readonly rate: number; readonly seed: number } | undefined;
}

/** The results of {@link attention}; new tensors, the caller disposes both. */
export interface AttentionResult {
  /** `[B, H, T, Dv]` float32. */
  readonly attended: Tensor4D;
  /** `[B, H, T, S]` float32, before dropout. Rows sum to 1; rows with every key masked are zeros. */
  readonly attentions: Tensor4D;
}

/**
 * Scaled dot-product attention: `softmax(query keyᵀ / sqrt(Dh) + bias) value`.
 *
 * Equation 1 of Vaswani et al. 2017, https://arxiv.org/abs/1706.03762. Unlike PyTorch's, a row whose keys are all masked gives
 * zeros instead of NaN.
 *
 * @throws {@link ShapeError} when the shapes do not fit
 *
 * @example
 * attention({ query: ones([2, 4, 5, 8]), key: ones([2, 4, 7, 8]), value: ones([2, 4, 7, 8]) }).attended.shape; // [2, 4, 5, 8]
 */
export function attention(inputs: AttentionInputs): AttentionResult {
  const { query, key, value, bias } = inputs;
  const [batch, numHeads, , headSize] = assertRank(query, 4, 'attention: query');
  assertShape(key, [batch, numHeads, 'S', headSize], 'attention: key');
  const keyLength = key.shape[2];
  assertShape(value, [batch, numHeads, keyLength, 'Dv'], 'attention: value');
  if (bias) assertBias(bias, query.shape, keyLength);

  return tidy(() => {
    const attentions = attentionWeights(query, key, bias);
    const { rate = 0, seed = 0 } = inputs.dropout ?? {};
    const kept = rate > 0 ? dropout(attentions, rate, seed) : attentions;
    // The two ops keep the rank, which the declared type of a composed op cannot say.
    return { attended: weightedSum(kept, value) as Tensor4D, attentions: attentions as Tensor4D };
  });
}

function assertBias(bias: Tensor, [batch, numHeads, length]: number[], keyLength: number): void {
  const wanted = [batch, numHeads, length, keyLength];
  const fits = bias.shape.length === 4 && bias.shape.every((size, i) => size === wanted[i] || (size === 1 && i < 3));
  if (!fits) {
    throw new ShapeError({
      argument: 'attention: bias',
      expected: `[${batch} or 1, ${numHeads} or 1, ${length} or 1, ${keyLength}]`,
      received: `[${bias.shape.join(', ')}]`,
    });
  }
}

/** `softmax(query keyᵀ / sqrt(Dh) + bias)`, zeros in rows that are masked throughout. */
function attentionWeights(query: Tensor4D, key: Tensor4D, bias: Tensor4D | undefined): Tensor {
  const scale = 1 / Math.sqrt(query.shape[3]);
  return withGradient(
    [query, key],
    () => {
      const inputs = bias ? { query, key, bias } : { query, key };
      const fused = runFusedKernel('CrossmodalAttentionWeights', inputs, { scale })?.[0];
      const weights = fused ?? composeWeights(query, key, bias, scale);
      return { value: weights, saved: [query, key, weights] };
    },
    (dy, saved) => {
      const keptQuery = savedAt(saved, 0);
      const keptKey = savedAt(saved, 1);
      const weights = savedAt(saved, 2);
      const inputs = { dy, query: keptQuery, key: keptKey, weights };
      const fused = runFusedKernel('CrossmodalAttentionWeightsGrad', inputs, { scale });
      if (fused) return fused;
      const dScores = softmaxGradient(dy, weights, scale);
      return [matMul(dScores, keptKey), matMul(swapLastAxes(dScores), keptQuery)];
    },
  );
}

function composeWeights(query: Tensor, key: Tensor, bias: Tensor | undefined, scale: number): Tensor {
  // The scale goes to the query, which is smaller than the scores.
  const scores = matMul(mul(query, scale), swapLastAxes(key));
  if (!bias) return softmax(scores);
  // Half of a mask's bias, so that sums of masks and other biases stay on their side.
  const open = step(sub(max(bias, -1, true), maskedBias / 2)); // 1 where some key may be seen
  return mul(softmax(add(scores, bias)), open);
}

/** Gradient of the unscaled scores; zero in masked rows and columns, because their weights are. */
function softmaxGradient(dy: Tensor, weights: Tensor, scale: number): Tensor {
  const inflow = mul(dy, weights);
  return mul(sub(inflow, mul(weights, sum(inflow, -1, true))), scale);
}

/** `weights value` over the last two axes. */
function weightedSum(weights: Tensor, value: Tensor4D): Tensor {
  return withGradient(
    [weights, value],
    () => {
      const fused = runFusedKernel('CrossmodalWeightedSum', { weights, value })?.[0];
      return { value: fused ?? matMul(weights, value), saved: [weights, value] };
    },
    (dy, saved) => {
      const keptWeights = savedAt(saved, 0);
      const keptValue = savedAt(saved, 1);
      const fused = runFusedKernel('CrossmodalWeightedSumGrad', { dy, weights: keptWeights, value: keptValue });
      return fused ?? [matMul(dy, swapLastAxes(keptValue)), matMul(swapLastAxes(keptWeights), dy)];
    },
  );
}

function swapLastAxes(x: Tensor): Tensor {
  return transpose(x, [0, 1, 3, 2]);
}
