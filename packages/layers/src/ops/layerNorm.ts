import { add, mean, mul, reshape, rsqrt, square, sub, sum, type Tensor, type Tensor1D } from '@tensorflow/tfjs-core';
import { assertShape } from '../checks/ShapeError.js';
import { runFusedKernel } from './fusedKernel.js';
import { savedAt, withGradient } from './withGradient.js';

/**
 * Layer normalization of the last axis: `y = (x - mean) / sqrt(variance + epsilon) * weight + bias`.
 *
 * Ba, Kiros and Hinton 2016, https://arxiv.org/abs/1607.06450. The variance is the biased one, as in PyTorch.
 *
 * @param x - `[..., D]` float32, rank 1 or more
 * @param weight - `[D]` float32
 * @param bias - `[D]` float32
 * @param epsilon - positive number; 1e-12 in BERT, 1e-5 in CLIP
 * @returns shape of `x`, float32; new tensor, the caller disposes it
 * @throws {@link ShapeError} when weight or bias do not match the last axis
 * @throws RangeError when epsilon is not a positive number
 *
 * @example
 * layerNorm(ones([2, 5, 8]), ones([8]), zeros([8]), 1e-5).shape; // [2, 5, 8]
 */
export function layerNorm(x: Tensor, weight: Tensor1D, bias: Tensor1D, epsilon: number): Tensor {
  const width = x.shape.at(-1) ?? 1;
  assertShape(weight, [width], 'layerNorm: weight');
  assertShape(bias, [width], 'layerNorm: bias');
  if (!(epsilon > 0)) throw new RangeError(`layerNorm: epsilon must be a positive number, got ${epsilon}.`);
  const rows = x.size / width;

  return withGradient(
    [x, weight, bias],
    () => {
      const { value, normalized, inverse } = normalizeRows(reshape(x, [rows, width]), weight, bias, epsilon);
      return { value: reshape(value, x.shape), saved: [normalized, inverse, weight] };
    },
    (dy, saved) => {
      const { dx, dWeight, dBias } = differentiateRows(reshape(dy, [rows, width]), saved);
      return [reshape(dx, x.shape), dWeight, dBias];
    },
  );
}

interface NormalizedRows {
  readonly value: Tensor;
  /** Before weight and bias. */
  readonly normalized: Tensor;
  /** One over the standard deviation, `[rows, 1]`. */
  readonly inverse: Tensor;
}

function normalizeRows(x: Tensor, weight: Tensor1D, bias: Tensor1D, epsilon: number): NormalizedRows {
  const fused = runFusedKernel('CrossmodalLayerNorm', { x, weight, bias }, { epsilon });
  if (fused) return { value: savedAt(fused, 0), normalized: savedAt(fused, 1), inverse: savedAt(fused, 2) };

  const centered = sub(x, mean(x, -1, true));
  const inverse = rsqrt(add(mean(square(centered), -1, true), epsilon));
  const normalized = mul(centered, inverse);
  return { value: add(mul(normalized, weight), bias), normalized, inverse };
}

function differentiateRows(dy: Tensor, saved: Tensor[]): { dx: Tensor; dWeight: Tensor; dBias: Tensor } {
  const normalized = savedAt(saved, 0);
  const inverse = savedAt(saved, 1);
  const weight = savedAt(saved, 2);
  const fused = runFusedKernel('CrossmodalLayerNormGrad', { dy, normalized, inverse, weight });
  if (fused) return { dx: savedAt(fused, 0), dWeight: savedAt(fused, 1), dBias: savedAt(fused, 2) };

  const weighted = mul(dy, weight);
  const along = mul(normalized, mean(mul(weighted, normalized), -1, true));
  const dx = mul(inverse, sub(sub(weighted, mean(weighted, -1, true)), along));
  return { dx, dWeight: sum(mul(dy, normalized), 0), dBias: sum(dy, 0) };
}
