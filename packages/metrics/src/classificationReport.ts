import { scoresOfLabels } from './averagedScore.js';
import { checkClasses, checkLabels } from './checkInputs.js';
import { type Scores } from './classificationScores.js';
import { type Labels, sortedClasses } from './readLabels.js';

/** One line of a report. */
export interface ReportRow extends Scores {
  readonly name: string;
  /** Samples (or their weight). */
  readonly support: number;
}

/** The scores of every class and their averages. */
export interface ClassificationReport {
  readonly classes: readonly ReportRow[];
  /** Share of samples predicted right; `null` when `classes` leaves out a class that occurs (see `micro`). */
  readonly accuracy: number | null;
  /** From summed counts; differs from the accuracy only when `classes` leaves out a class that occurs. */
  readonly micro: ReportRow;
  readonly macro: ReportRow;
  readonly weighted: ReportRow;
  /** Whether supports are sums of weights. */
  readonly hasSampleWeights: boolean;
}

/** Options of {@link classificationReport}. */
export interface ClassificationReportOptions {
  /** Classes to report, in this order; default every class seen, ascending. */
  readonly classes?: Labels;
  /** What to call them; default the labels themselves. */
  readonly classNames?: readonly string[];
  /** What `0 / 0` is: 0, 1 or `NaN`, which averages leave out; default 0. */
  readonly zeroDivision?: number;
  /** One weight per sample, at least 0; default 1 each. */
  readonly sampleWeights?: ArrayLike<number>;
}

/**
 * Precision, recall, F1 and support of every class, with their averages.
 *
 * As `classification_report` of scikit-learn 1.9.1; {@link formatClassificationReport} prints its table.
 *
 * @param labels - true class of each sample
 * @param predictions - predicted class of each sample
 * @throws `RangeError` when empty, of different lengths, or when `classNames` are not as many as the classes
 * @throws `TypeError` when numbers and strings are mixed
 */
export function classificationReport(
  labels: Labels,
  predictions: Labels,
  options: ClassificationReportOptions = {},
): ClassificationReport {
  const where = 'classificationReport';
  const checked = checkLabels(labels, predictions, where);
  const seen = sortedClasses(checked.labels, checked.predictions);
  const classes = options.classes === undefined ? seen : checkClasses(options.classes, checked.labels, where);
  const names = options.classNames ?? classes.map(String);
  if (names.length !== classes.length) {
    throw new RangeError(`${where}: classNames must name ${classes.length} classes, got ${names.length}.`);
  }
  const { perClass, micro, macro, weighted } = scoresOfLabels(labels, predictions, options, where);
  const support = perClass.reduce((total, row) => total + row.support, 0);
  const isComplete = seen.every((label) => classes.includes(label));
  return {
    classes: perClass.map(({ precision, recall, f1, support }, i) => ({
      name: names[i] ?? '',
      precision,
      recall,
      f1,
      support,
    })),
    accuracy: isComplete ? micro.f1 : null,
    micro: { name: 'micro avg', ...micro, support },
    macro: { name: 'macro avg', ...macro, support },
    weighted: { name: 'weighted avg', ...weighted, support },
    hasSampleWeights: options.sampleWeights !== undefined,
  };
}
