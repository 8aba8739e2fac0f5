import { scoresOfLabels } from './averagedScore.js';
import { type Labels } from './readLabels.js';

/**
 * Correlation of truth and prediction, -1 to 1; 0 when either is a single class.
 *
 * As `matthews_corrcoef` of scikit-learn 1.9.1.
 *
 * @param labels - true class of each sample
 * @param predictions - predicted class of each sample
 * @param options - `sampleWeights`: one weight per sample, at least 0; default 1 each
 * @throws `RangeError` when empty, of different lengths, or with negative weights
 * @throws `TypeError` when numbers and strings are mixed
 *
 * @example
 * matthewsCorrelation([0, 0, 1, 1], [0, 0, 1, 0]); // 0.5773502691896258
 */
export function matthewsCorrelation(
  labels: Labels,
  predictions: Labels,
  options: { readonly sampleWeights?: ArrayLike<number> } = {},
): number {
  return scoresOfLabels(labels, predictions, options, 'matthewsCorrelation').matthewsCorrelation;
}
