import { type ClassificationScores } from './classificationScores.js';

/** The headline numbers, by name. Precision, recall and F1 are macro averages over all `classes`. */
export type ClassificationMetrics = Readonly<
  Record<'accuracy' | 'balancedAccuracy' | 'precision' | 'recall' | 'f1' | 'matthewsCorrelation', number>
> & {
  /** Only with probabilities. */
  readonly logLoss?: number;
  /** Only with probabilities: of the second class if there are two, else the macro mean of each against the rest. */
  readonly rocAuc?: number;
};

/**
 * Puts the headline numbers together, in the order in which they are shown.
 *
 * @param scores - of the confusion matrix
 * @param ofProbabilities - where there are any
 */
export function headlineMetrics(
  { accuracy, balancedAccuracy, macro, matthewsCorrelation }: ClassificationScores,
  ofProbabilities: { readonly logLoss?: number; readonly rocAuc?: number } = {},
): ClassificationMetrics {
  return { accuracy, balancedAccuracy, ...macro, matthewsCorrelation, ...ofProbabilities };
}
