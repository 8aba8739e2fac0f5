import {
  add,
  cast,
  exp,
  expandDims,
  log,
  max,
  mul,
  neg,
  oneHot,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
} from '@tensorflow/tfjs-core';
import { assertRank, assertShape } from '../checks/ShapeError.js';
import { runFusedKernel } from './fusedKernel.js';
import { savedAt, withGradient } from './withGradient.js';

/** Options of {@link softmaxCrossEntropy}. */
export interface SoftmaxCrossEntropyOptions {
  /** Share of the target spread evenly over all classes, in [0, 1]; default 0. */
  readonly labelSmoothing?: number | undefined;
  /** Factor of each class, `[C]` float32; default: all 1. It gets no gradient. */
  readonly classWeights?: Tensor1D | undefined;
}

/**
 * Cross-entropy of each sample, equal to PyTorch's `F.cross_entropy(..., reduction='none')` with the same options.
 *
 * `loss = -Σ_c w_c ((1 - s) [c = label] + s / C) log softmax(logits)_c`; Szegedy et al. 2016, section 7,
 * https://arxiv.org/abs/1512.00567
 *
 * @param logits - `[B, C]` float32, finite, before any softmax
 * @param labels - `[B]` int32, each in [0, C). The range is not checked: that would need the values, whose reading is asynchronous
 * @returns `[B]` float32, already multiplied by the class weights; new tensor, the caller disposes it
 * @throws {@link ShapeError} when the shapes do not fit
 * @throws TypeError when the labels are not int32
 * @throws RangeError when the smoothing is outside [0, 1]
 *
 * @example
 * softmaxCrossEntropy(zeros([2, 3]), tensor1d([0, 2], 'int32')).shape; // [2]
 */
export function softmaxCrossEntropy(
  logits: Tensor2D,
  labels: Tensor1D,
  { labelSmoothing = 0, classWeights }: SoftmaxCrossEntropyOptions = {},
): Tensor1D {
  const [batch, classes] = assertRank(logits, 2, 'softmaxCrossEntropy: logits');
  assertShape(labels, [batch], 'softmaxCrossEntropy: labels');
  if (labels.dtype !== 'int32') throw new TypeError(`softmaxCrossEntropy: labels must be int32, got ${labels.dtype}.`);
  if (!(labelSmoothing >= 0 && labelSmoothing <= 1)) {
    throw new RangeError(`softmaxCrossEntropy: labelSmoothing must be in [0, 1], got ${labelSmoothing}.`);
  }
  if (classWeights) assertShape(classWeights, [classes], 'softmaxCrossEntropy: classWeights');

  const losses = withGradient(
    [logits],
    () => {
      const smoothed = smoothLabels(labels, classes, labelSmoothing);
      const targets = classWeights ? mul(smoothed, classWeights) : smoothed;
      const fused = runFusedKernel('CrossmodalSoftmaxCrossEntropy', { logits, targets });
      if (fused) return { value: savedAt(fused, 0), saved: [targets, savedAt(fused, 1)] };
      const logProbabilities = composeLogSoftmax(logits);
      return { value: neg(sum(mul(targets, logProbabilities), -1)), saved: [targets, logProbabilities] };
    },
    (dy, saved) => {
      const targets = savedAt(saved, 0);
      const logProbabilities = savedAt(saved, 1);
      const fused = runFusedKernel('CrossmodalSoftmaxCrossEntropyGrad', { dy, logProbabilities, targets });
      if (fused) return fused;
      const expected = mul(exp(logProbabilities), sum(targets, -1, true));
      return [mul(expandDims(dy, 1), sub(expected, targets))];
    },
  );
  // A sum over the last of two axes leaves one, which the declared type of a composed op cannot say.
  return losses as Tensor1D;
}

function smoothLabels(labels: Tensor1D, classes: number, labelSmoothing: number): Tensor {
  // As integers first: the OneHot kernel of wasm writes integers into a float32 tensor.
  const exact = cast(oneHot(labels, classes), 'float32');
  return labelSmoothing === 0 ? exact : add(mul(exact, 1 - labelSmoothing), labelSmoothing / classes);
}

function composeLogSoftmax(logits: Tensor): Tensor {
  const shifted = sub(logits, max(logits, -1, true));
  return sub(shifted, log(sum(exp(shifted), -1, true)));
}
