import { checkClasses, checkZeroDivision } from './checkInputs.js';
import { type ConfusionMatrix } from './confusionMatrix.js';
import { type Label, type Labels } from './readLabels.js';

/** Precision, recall and their harmonic mean. */
export interface Scores {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/** The scores of one class. */
export interface ClassScores extends Scores {
  readonly label: Label;
  /** Samples (or their weight) that are of this class. */
  readonly support: number;
}

/** Everything that follows from one confusion matrix. */
export interface ClassificationScores {
  /** Share of samples predicted right. */
  readonly accuracy: number;
  /** Mean recall of the classes that occur. */
  readonly balancedAccuracy: number;
  /** Matthews' correlation coefficient, -1 to 1; 0 when truth or prediction is a single class. */
  readonly matthewsCorrelation: number;
  /** Cohen's kappa, agreement beyond chance; `NaN` when truth and prediction are one and the same class. */
  readonly cohenKappa: number;
  readonly perClass: readonly ClassScores[];
  /** Mean over classes. */
  readonly macro: Scores;
  /** From the summed counts of all classes. */
  readonly micro: Scores;
  /** Mean over classes, weighted by support. */
  readonly weighted: Scores;
}

/** Options of {@link classificationScores}. */
export interface ClassificationScoresOptions {
  /** What `0 / 0` is (a class never predicted, or never present): 0, 1 or `NaN`, which averages leave out; default 0. */
  readonly zeroDivision?: number;
  /** Classes to report and to average over; default those of the matrix. A class outside the matrix has no samples. */
  readonly classes?: Labels;
}

/**
 * Derives the scores of a confusion matrix, so that all of them agree.
 *
 * As scikit-learn 1.9.1: `precision_recall_fscore_support`, `accuracy_score`, `balanced_accuracy_score`,
 * `matthews_corrcoef`, `cohen_kappa_score`.
 *
 * @param matrix - rows are the truth; it must cover every class that occurs, or counts are missing
 * @throws `RangeError` when the matrix is empty or not square, or `zeroDivision` is none of 0, 1 and `NaN`
 *
 * @example
 * const matrix = confusionMatrix(labels, predictions);
 * const { accuracy, macro, perClass } = classificationScores(matrix, { zeroDivision: 0 });
 */
export function classificationScores(
  matrix: ConfusionMatrix,
  options: ClassificationScoresOptions = {},
): ClassificationScores {
  const where = 'classificationScores';
  const zeroDivision = checkZeroDivision(options.zeroDivision ?? 0, where);
  const totals = addUp(matrix, where);
  const reported =
    options.classes === undefined ? matrix.classes : checkClasses(options.classes, matrix.classes, where);
  const indexOf = new Map(matrix.classes.map((label, index) => [label, index]));
  const tallies = reported.map((label) => totals.classes[indexOf.get(label) ?? -1] ?? NO_SAMPLES);
  const scores = tallies.map((tally) => scoresOf(tally, zeroDivision));
  const support = tallies.map((tally) => tally.actual);
  const mean = (weights?: readonly number[]): Scores => ({
    precision: average(
      scores.map((score) => score.precision),
      weights,
    ),
    recall: average(
      scores.map((score) => score.recall),
      weights,
    ),
    f1: average(
      scores.map((score) => score.f1),
      weights,
    ),
  });
  return {
    accuracy: totals.correct / totals.all,
    balancedAccuracy: average(totals.classes.map(({ correct, actual }) => correct / actual)),
    matthewsCorrelation: matthewsCorrelation(totals),
    cohenKappa: cohenKappa(totals),
    perClass: scores.map((score, i) => ({ label: reported[i] ?? '', ...score, support: support[i] ?? 0 })),
    macro: mean(),
    micro: scoresOf(sum(tallies), zeroDivision),
    weighted: mean(support),
  };
}

interface Tally {
  readonly correct: number;
  readonly predicted: number;
  readonly actual: number;
}

interface Totals {
  readonly classes: readonly Tally[];
  readonly correct: number;
  readonly all: number;
}

const NO_SAMPLES: Tally = { correct: 0, predicted: 0, actual: 0 };

function addUp({ classes, counts }: ConfusionMatrix, where: string): Totals {
  if (counts.length !== classes.length || counts.some((row) => row.length !== classes.length)) {
    throw new RangeError(
      `${where}: counts must be ${classes.length} x ${classes.length}, one row and column per class.`,
    );
  }
  const tallies = classes.map((_, i) => ({
    correct: counts[i]?.[i] ?? 0,
    predicted: counts.reduce((total, row) => total + (row[i] ?? 0), 0),
    actual: (counts[i] ?? []).reduce((total, count) => total + count, 0),
  }));
  const { correct, actual: all } = sum(tallies);
  if (!(all > 0)) throw new RangeError(`${where}: the matrix must count at least one sample, got a total of ${all}.`);
  return { classes: tallies, correct, all };
}

function sum(tallies: readonly Tally[]): Tally {
  return tallies.reduce(
    (total, tally) => ({
      correct: total.correct + tally.correct,
      predicted: total.predicted + tally.predicted,
      actual: total.actual + tally.actual,
    }),
    NO_SAMPLES,
  );
}

function scoresOf({ correct, predicted, actual }: Tally, zeroDivision: number): Scores {
  const divide = (numerator: number, denominator: number) =>
    denominator === 0 ? zeroDivision : numerator / denominator;
  return {
    precision: divide(correct, predicted),
    recall: divide(correct, actual),
    // From the counts, not from precision and recall, which may be undefined.
    f1: divide(2 * correct, actual + predicted),
  };
}

/** Mean without `NaN`; weights that are all 0 count as equal. */
function average(values: readonly number[], weights?: readonly number[]): number {
  const kept = values.flatMap((value, i) => (Number.isNaN(value) ? [] : [{ value, weight: weights?.[i] ?? 1 }]));
  const total = kept.reduce((all, { weight }) => all + weight, 0);
  if (total === 0) return kept.reduce((all, { value }) => all + value, 0) / kept.length;
  return kept.reduce((all, { value, weight }) => all + value * weight, 0) / total;
}

/** Gorodkin 2004, "Comparing two K-category assignments by a K-category correlation coefficient", equation 8. */
function matthewsCorrelation({ classes, correct, all }: Totals): number {
  const dot = (pair: (tally: Tally) => number) => classes.reduce((total, tally) => total + pair(tally), 0);
  const covariance = correct * all - dot(({ predicted, actual }) => predicted * actual);
  const variances = (all ** 2 - dot(({ predicted }) => predicted ** 2)) * (all ** 2 - dot(({ actual }) => actual ** 2));
  return variances === 0 ? 0 : covariance / Math.sqrt(variances);
}

/** Cohen 1960, "A coefficient of agreement for nominal scales". */
function cohenKappa({ classes, correct, all }: Totals): number {
  // 1 - observed / expected disagreement: pairs off the diagonal.
  const agreeing = classes.reduce((total, { predicted, actual }) => total + predicted * actual, 0);
  const expected = (all * all - agreeing) / all;
  return expected === 0 ? NaN : 1 - (all - correct) / expected;
}
