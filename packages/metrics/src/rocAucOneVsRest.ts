import { assertNotEmpty, checkClasses, checkWeights, describeLabel } from './checkInputs.js';
import { checkProbabilities, type Probabilities } from './checkProbabilities.js';
import { type Labels, readLabels, sortedClasses } from './readLabels.js';
import { areaUnderCurve } from './rocAuc.js';

/** Options of {@link rocAucOneVsRest}. */
export interface RocAucOneVsRestOptions {
  /** `'macro'` (default): mean over classes; `'weighted'`: by support; `null`: per class. */
  readonly average?: 'macro' | 'weighted' | null;
  /** The class of each column; default the labels that occur, ascending. Needed when a class is absent. */
  readonly classes?: Labels;
  /** One weight per sample, at least 0; default 1 each. */
  readonly sampleWeights?: ArrayLike<number>;
  /** The area of a class that is absent, or the only one present; default `NaN`, and so is then the macro mean. */
  readonly whenUndefined?: number;
}

/**
 * Area under the receiver operating characteristic of each class against all others, averaged.
 *
 * As `roc_auc_score(multi_class='ovr')` of scikit-learn 1.9.1. An absent class has weight 0 in `'weighted'`. Different
 * from it: columns follow `classes` as given.
 *
 * @param labels - true class of each sample
 * @param probabilities - `[N][C]`, rows that sum to 1; never logits
 * @returns one number, or with `average: null` one per column
 * @throws `RangeError` when empty, of different lengths, outside `[0, 1]`, or with another number of columns than classes
 *
 * @example
 * rocAucOneVsRest([0, 1, 2], [[0.8, 0.1, 0.1], [0.2, 0.6, 0.2], [0.5, 0.2, 0.3]]); // 1
 */
export function rocAucOneVsRest(
  labels: Labels,
  probabilities: Probabilities,
  options: RocAucOneVsRestOptions & { readonly average: null },
): readonly number[];
export function rocAucOneVsRest(
  labels: Labels,
  probabilities: Probabilities,
  options?: RocAucOneVsRestOptions & { readonly average?: 'macro' | 'weighted' },
): number;
export function rocAucOneVsRest(
  labels: Labels,
  probabilities: Probabilities,
  options: RocAucOneVsRestOptions = {},
): number | readonly number[] {
  const where = 'rocAucOneVsRest';
  const { average = 'macro', whenUndefined = NaN } = options;
  assertNotEmpty(labels, where);
  const read = readLabels(labels, `${where}: labels`);
  const classes = options.classes === undefined ? sortedClasses(read) : checkClasses(options.classes, read, where);
  const unknown = read.findIndex((label) => !classes.includes(label));
  if (unknown >= 0) {
    const label = describeLabel(read[unknown] ?? '');
    throw new RangeError(`${where}: classes must hold every label, got ${label} at index ${unknown}.`);
  }
  checkProbabilities(probabilities, read.length, classes.length, where);
  const weights = checkWeights(options.sampleWeights, read.length, where);

  const support = classes.map(() => 0);
  const areas = classes.map((label, column) => {
    const isPositive = read.map((candidate) => candidate === label);
    support[column] = isPositive.reduce((total, positive, i) => total + (positive ? (weights[i] ?? 0) : 0), 0);
    const scores = read.map((_, sample) => probabilities[sample]?.[column] ?? NaN);
    return areaUnderCurve(isPositive, scores, weights, whenUndefined);
  });
  if (average === null) return areas;
  if (average === 'macro') return areas.reduce((total, area) => total + area, 0) / areas.length;
  const total = support.reduce((all, weight) => all + weight, 0);
  return areas.reduce((all, area, i) => all + (support[i] ? area * (support[i] ?? 0) : 0), 0) / total;
}
