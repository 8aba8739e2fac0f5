import { scoresOfLabels } from './averagedScore.js';
import { type Labels } from './readLabels.js';

/**
 * Mean recall of the classes that occur: accuracy as if every class were equally frequent.
 *
 * As `balanced_accuracy_score` of scikit-learn 1.9.1.
 *
 * @param labels - true class of each sample
 * @param predictions - predicted class of each sample
 * @param options - `sampleWeights`: one weight per sample, at least 0; default 1 each
 * @throws `RangeError` when empty, of different lengths, or with negative weights
 * @throws `TypeError` when numbers and strings are mixed
 *
 * @example
 * balancedAccuracy([0, 0, 0, 1], [0, 0, 0, 0]); // 0.5
 */
export function balancedAccuracy(
  labels: Labels,
  predictions: Labels,
  options: { readonly sampleWeights?: ArrayLike<number> } = {},
): number {
  return scoresOfLabels(labels, predictions, options, 'balancedAccuracy').balancedAccuracy;
}
