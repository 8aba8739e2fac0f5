import { assertNotEmpty, assertSameLength, checkWeights, describeLabel } from './checkInputs.js';
import { type Label, type Labels, readLabels, sortedClasses } from './readLabels.js';

/** Options of {@link rocAuc}. */
export interface RocAucOptions {
  /** The class that high scores speak for; default the larger of the two labels. */
  readonly positiveLabel?: Label;
  /** One weight per sample, at least 0; default 1 each. */
  readonly sampleWeights?: ArrayLike<number>;
  /** The result when only one class is present, where the area is undefined; default `NaN`. */
  readonly whenUndefined?: number;
}

/**
 * Area under the receiver operating characteristic of two classes: the chance that a random positive sample scores
 * above a random negative one, ties counting half.
 *
 * As `roc_auc_score` of scikit-learn 1.9.1.
 *
 * @param labels - true class of each sample, at most two different ones
 * @param scores - of each sample; any increasing scale, finite
 * @throws `RangeError` when empty, of different lengths, with a score that is not finite, or with more than two classes
 *
 * @example
 * rocAuc([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]); // 0.75
 */
export function rocAuc(labels: Labels, scores: ArrayLike<number>, options: RocAucOptions = {}): number {
  const where = 'rocAuc';
  assertNotEmpty(labels, where);
  const read = readLabels(labels, `${where}: labels`);
  const classes = sortedClasses(read);
  if (classes.length > 2) {
    const seen = classes.slice(0, 10).map(describeLabel).join(', ');
    throw new RangeError(
      `${where}: labels must be of at most two classes, got ${classes.length} (${seen}). Use rocAucOneVsRest.`,
    );
  }
  const { positiveLabel = classes.at(-1) } = options;
  const weights = checkWeights(options.sampleWeights, read.length, where);
  const isPositive = read.map((label) => label === positiveLabel);
  return areaUnderCurve(isPositive, checkScores(scores, read.length, where), weights, options.whenUndefined ?? NaN);
}

/** Indices of scores, from the highest one down. */
export function descending(scores: ArrayLike<number>): Int32Array {
  const score = (sample: number): number => scores[sample] ?? NaN;
  return Int32Array.from({ length: scores.length }, (_, sample) => sample).sort((a, b) => score(b) - score(a));
}

/** The area for samples already told apart, by one pass over the scores in descending order, which may be known already. */
export function areaUnderCurve(
  isPositive: readonly boolean[],
  scores: ArrayLike<number>,
  weights: ArrayLike<number>,
  whenUndefined: number,
  order: Int32Array = descending(scores),
): number {
  const score = (sample: number) => scores[sample] ?? NaN;
  let area = 0;
  let positives = 0;
  let negatives = 0;
  for (let i = 0; i < order.length;) {
    // Tied scores are one step of the curve, a trapezoid.
    const tied = score(order[i] ?? 0);
    let [newPositives, newNegatives] = [0, 0];
    for (; i < order.length && score(order[i] ?? 0) === tied; i++) {
      const sample = order[i] ?? 0;
      if (isPositive[sample]) newPositives += weights[sample] ?? 0;
      else newNegatives += weights[sample] ?? 0;
    }
    area += newNegatives * (positives + newPositives / 2);
    positives += newPositives;
    negatives += newNegatives;
  }
  return positives === 0 || negatives === 0 ? whenUndefined : area / (positives * negatives);
}

function checkScores(scores: ArrayLike<number>, size: number, where: string): ArrayLike<number> {
  assertSameLength(scores, size, `${where}: scores`);
  for (let i = 0; i < size; i++) {
    if (!Number.isFinite(scores[i])) {
      throw new RangeError(`${where}: scores must be finite, got ${scores[i] ?? 'nothing'} at index ${i}.`);
    }
  }
  return scores;
}
