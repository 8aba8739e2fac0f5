import { checkClasses, checkLabels, checkWeights } from './checkInputs.js';
import { type Label, type Labels, sortedClasses } from './readLabels.js';

/** How often each class was taken for each. */
export interface ConfusionMatrix {
  /** What row and column `i` stand for. */
  readonly classes: readonly Label[];
  /** `counts[i][j]`: samples (or their weight) of class `i` predicted as class `j`. */
  readonly counts: readonly (readonly number[])[];
}

/** Options of {@link confusionMatrix}. */
export interface ConfusionMatrixOptions {
  /** Rows and columns, in this order; default every class seen, ascending. Samples of other classes are left out. */
  readonly classes?: Labels;
  /** One weight per sample, at least 0; default 1 each. */
  readonly sampleWeights?: ArrayLike<number>;
}

/**
 * Counts how often each class was taken for each.
 *
 * As `confusion_matrix` of scikit-learn 1.9.1, rows being the truth.
 *
 * @param labels - true class of each sample
 * @param predictions - predicted class of each sample
 * @throws `RangeError` when empty, of different lengths, with a label that is no whole number, with negative weights,
 * or when no label is among `classes`
 * @throws `TypeError` when numbers and strings are mixed
 *
 * @example
 * confusionMatrix(['cat', 'dog', 'dog'], ['cat', 'cat', 'dog']).counts; // [[1, 0], [1, 1]]
 */
export function confusionMatrix(
  labels: Labels,
  predictions: Labels,
  options: ConfusionMatrixOptions = {},
): ConfusionMatrix {
  return countConfusions(labels, predictions, options, 'confusionMatrix');
}

/** {@link confusionMatrix} under another name in messages. */
export function countConfusions(
  labels: Labels,
  predictions: Labels,
  options: ConfusionMatrixOptions,
  where: string,
): ConfusionMatrix {
  const checked = checkLabels(labels, predictions, where);
  const weights = checkWeights(options.sampleWeights, checked.labels.length, where);
  const classes =
    options.classes === undefined
      ? sortedClasses(checked.labels, checked.predictions)
      : checkClasses(options.classes, checked.labels, where);
  const indexOf = new Map(classes.map((label, index) => [label, index]));
  if (!checked.labels.some((label) => indexOf.has(label))) {
    throw new RangeError(`${where}: classes must hold at least one of the labels, got none that occurs.`);
  }
  const counts = classes.map(() => new Array<number>(classes.length).fill(0));
  checked.labels.forEach((label, sample) => {
    const row = counts[indexOf.get(label) ?? -1];
    const column = indexOf.get(checked.predictions[sample] ?? label);
    if (row !== undefined && column !== undefined) row[column] = (row[column] ?? 0) + (weights[sample] ?? 0);
  });
  return { classes, counts };
}
