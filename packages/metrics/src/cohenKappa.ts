import { scoresOfLabels } from './averagedScore.js';
import { type Labels } from './readLabels.js';

/**
 * Agreement beyond chance; 1 is perfect, 0 is chance, `NaN` when both are one and the same class.
 *
 * As `cohen_kappa_score` of scikit-learn 1.9.1.
 *
 * @param labels - true class of each sample
 * @param predictions - predicted class of each sample
 * @param options - `sampleWeights`: one weight per sample, at least 0; default 1 each
 * @throws `RangeError` when empty, of different lengths, or with negative weights
 * @throws `TypeError` when numbers and strings are mixed
 *
 * @example
 * cohenKappa([0, 0, 1, 1], [0, 0, 1, 0]); // 0.5
 */
export function cohenKappa(
  labels: Labels,
  predictions: Labels,
  options: { readonly sampleWeights?: ArrayLike<number> } = {},
): number {
  return scoresOfLabels(labels, predictions, options, 'cohenKappa').cohenKappa;
}
