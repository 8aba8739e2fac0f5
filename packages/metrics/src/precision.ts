import { averagedScore, type ScoreOptions } from './averagedScore.js';
import { type Labels } from './readLabels.js';

/**
 * Share of the samples predicted as a class that are of it.
 *
 * As `precision_score` of scikit-learn 1.9.1, with `average` defaulting to `'macro'`.
 *
 * @param labels - true class of each sample
 * @param predictions - predicted class of each sample
 * @returns one number, or with `average: null` one per class, ascending
 * @throws `RangeError` when empty, of different lengths, or with an option out of range
 * @throws `TypeError` when numbers and strings are mixed
 *
 * @example
 * precision([0, 1, 1], [0, 0, 1]); // 0.75
 */
export function precision(
  labels: Labels,
  predictions: Labels,
  options: ScoreOptions & { readonly average: null },
): readonly number[];
export function precision(
  labels: Labels,
  predictions: Labels,
  options?: ScoreOptions & { readonly average?: 'macro' | 'micro' | 'weighted' },
): number;
export function precision(labels: Labels, predictions: Labels, options: ScoreOptions = {}): number | readonly number[] {
  return averagedScore('precision', labels, predictions, options);
}
