import { scoresOfLabels } from './averagedScore.js';
import { type Labels } from './readLabels.js';

/**
 * Share of samples predicted right.
 *
 * As `accuracy_score` of scikit-learn 1.9.1.
 *
 * @param labels - true class of each sample
 * @param predictions - predicted class of each sample
 * @param options - `sampleWeights`: one weight per sample, at least 0; default 1 each
 * @throws `RangeError` when empty, of different lengths, or with negative weights
 * @throws `TypeError` when numbers and strings are mixed
 *
 * @example
 * accuracy(['yes', 'no', 'no'], ['yes', 'no', 'yes']); // 0.6666666666666666
 */
export function accuracy(
  labels: Labels,
  predictions: Labels,
  options: { readonly sampleWeights?: ArrayLike<number> } = {},
): number {
  return scoresOfLabels(labels, predictions, options, 'accuracy').accuracy;
}
