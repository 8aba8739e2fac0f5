import { assertShape, softmaxCrossEntropy } from '@crossmodal/layers';
import {
  cast,
  div,
  gather,
  mean,
  mul,
  sum,
  tidy,
  type Scalar,
  type Tensor1D,
  type Tensor2D,
} from '@tensorflow/tfjs-core';

/** Options of {@link crossEntropy}. */
export interface CrossEntropyOptions {
  /** Factor of each class, `[C]` float32; default: all 1. */
  readonly classWeights?: Tensor1D | undefined;
  /** Share of the target spread evenly over all classes, in [0, 1]; default 0. */
  readonly labelSmoothing?: number | undefined;
  /**
   * Factor of each sample, `[B]` float32, from 0, not all 0; default: all 1. Samples of weight 0 fill a batch up to a fixed size: loss and gradients are
   * those of the batch without them, whatever their labels in [0, C) are.
   */
  readonly sampleWeights?: Tensor1D | undefined;
}

/**
 * Mean cross-entropy of a batch, equal to PyTorch's `F.cross_entropy` with the same options.
 *
 * With weights of classes or samples the sum over the samples is divided by the sum of their weights, not by their number. Sample weights are
 * ours: PyTorch has none.
 *
 * @param logits - `[B, C]` float32, before any softmax
 * @param labels - `[B]` int32, each in [0, C)
 * @returns scalar float32; new tensor, the caller disposes it
 * @throws `ShapeError` when the shapes do not fit
 * @throws TypeError when the labels are not int32
 * @throws RangeError when the smoothing is outside [0, 1]
 *
 * @example
 * crossEntropy(zeros([2, 3]), tensor1d([0, 2], 'int32')).shape; // []
 */
export function crossEntropy(logits: Tensor2D, labels: Tensor1D, options: CrossEntropyOptions = {}): Scalar {
  const { classWeights, sampleWeights } = options;
  return tidy(() => {
    const losses = softmaxCrossEntropy(logits, labels, options);
    if (sampleWeights) assertShape(sampleWeights, labels.shape, 'crossEntropy: sampleWeights');
    const ofClasses = classWeights && gather(classWeights, cast(labels, 'int32'));
    if (!sampleWeights) return ofClasses ? div<Scalar>(sum(losses), sum(ofClasses)) : mean<Scalar>(losses);
    const weights = ofClasses ? mul(ofClasses, sampleWeights) : sampleWeights;
    return div<Scalar>(sum(mul(losses, sampleWeights)), sum(weights));
  });
}
