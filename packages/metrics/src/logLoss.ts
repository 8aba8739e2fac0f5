import { assertNotEmpty, checkClasses, checkWeights, describeLabel } from './checkInputs.js';
import { checkProbabilities, type Probabilities } from './checkProbabilities.js';
import { type Labels, readLabels, sortedClasses } from './readLabels.js';

/** Options of {@link logLoss}. */
export interface LogLossOptions {
  /** The class of each column; default the labels that occur, ascending. Needed when a class is absent. */
  readonly classes?: Labels;
  /** One weight per sample, at least 0; default 1 each. */
  readonly sampleWeights?: ArrayLike<number>;
}

/**
 * Mean negative logarithm of the probability given to the true class (cross entropy, in nats).
 *
 * As `log_loss` of scikit-learn 1.9.1 for float64: probabilities are clipped to `[2.22e-16, 1 - 2.22e-16]`, so that a
 * confident mistake costs 36.04 and not infinity. Different from it: columns follow `classes` as given, and rows that do
 * not sum to 1 (within 1e-3) are an error.
 *
 * @param labels - true class of each sample
 * @param probabilities - `[N][C]`, rows that sum to 1; never logits
 * @throws `RangeError` when empty, of different lengths, outside `[0, 1]`, or with another number of columns than classes
 *
 * @example
 * logLoss([0, 1], [[0.9, 0.1], [0.2, 0.8]]); // 0.164252033486018
 */
export function logLoss(labels: Labels, probabilities: Probabilities, options: LogLossOptions = {}): number {
  const where = 'logLoss';
  assertNotEmpty(labels, where);
  const read = readLabels(labels, `${where}: labels`);
  const weights = checkWeights(options.sampleWeights, read.length, where);
  const classes = options.classes === undefined ? sortedClasses(read) : checkClasses(options.classes, read, where);
  checkProbabilities(probabilities, read.length, classes.length, where);
  const indexOf = new Map(classes.map((label, index) => [label, index]));
  let loss = 0;
  let total = 0;
  read.forEach((label, i) => {
    const column = indexOf.get(label);
    if (column === undefined) {
      throw new RangeError(`${where}: classes must hold every label, got ${describeLabel(label)} at index ${i}.`);
    }
    const probability = probabilities[i]?.[column] ?? NaN;
    const weight = weights[i] ?? 0;
    loss += weight * lossOf(probability);
    total += weight;
  });
  return loss / total;
}

/** The loss of a sample whose true class was given this probability, clipped as {@link logLoss} says. */
export function lossOf(probability: number): number {
  return -Math.log(Math.min(Math.max(probability, Number.EPSILON), 1 - Number.EPSILON));
}
