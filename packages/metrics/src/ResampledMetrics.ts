import { type ClassificationMetrics, headlineMetrics } from './ClassificationMetrics.js';
import { classificationScores } from './classificationScores.js';
import { lossOf } from './logLoss.js';
import { type Probabilities } from './checkProbabilities.js';
import { type Label } from './readLabels.js';
import { areaUnderCurve, descending } from './rocAuc.js';

/** An evaluation, checked. */
export interface EvaluatedSamples {
  readonly classes: readonly Label[];
  /** True class of each sample. */
  readonly labels: readonly Label[];
  /** Predicted class of each sample. */
  readonly predictions: readonly Label[];
  /** `[N][C]`, or without a row where there are none. */
  readonly probabilities: Probabilities;
  /** What `0 / 0` is. */
  readonly zeroDivision: number;
}

/** One column of the probabilities against the rest. */
interface Curve {
  readonly isPositive: readonly boolean[];
  readonly scores: Float64Array;
  readonly order: Int32Array;
}

/**
 * The headline numbers of resamples. Losses and the order of the scores do not depend on what is drawn and are computed once, so that a resample takes time
 * in proportion to its samples and no memory.
 */
export class ResampledMetrics {
  readonly #samples: EvaluatedSamples;
  /** Place of each sample in the confusion matrix, row by row. */
  readonly #cells: Int32Array;
  readonly #losses: Float64Array | undefined;
  readonly #curves: readonly Curve[];

  constructor(samples: EvaluatedSamples) {
    const { classes, labels, predictions, probabilities } = samples;
    const indexOf = new Map(classes.map((label, index) => [label, index]));
    const indices = Int32Array.from(labels, (label) => indexOf.get(label) ?? NaN);
    this.#samples = samples;
    this.#cells = indices.map((row, sample) => row * classes.length + (indexOf.get(predictions[sample] ?? '') ?? NaN));
    if (probabilities.length === 0) {
      this.#curves = [];
      return;
    }
    this.#losses = Float64Array.from(indices, (column, sample) => lossOf(probabilities[sample]?.[column] ?? NaN));
    // Of two classes the second one is the positive one; of others each in turn.
    const columns = classes.length === 2 ? [1] : classes.map((_, column) => column);
    this.#curves = columns.map((column) => {
      const scores = Float64Array.from(labels, (_, sample) => probabilities[sample]?.[column] ?? NaN);
      return { isPositive: Array.from(indices, (index) => index === column), scores, order: descending(scores) };
    });
  }

  /**
   * The numbers of one resample.
   *
   * @param drawn - indices of samples, as often as they were drawn
   */
  of(drawn: Int32Array): ClassificationMetrics {
    const { classes, zeroDivision } = this.#samples;
    const times = new Int32Array(this.#cells.length);
    for (const sample of drawn) times[sample] = (times[sample] ?? 0) + 1;
    const cells = new Float64Array(classes.length ** 2);
    this.#cells.forEach((cell, sample) => {
      cells[cell] = (cells[cell] ?? 0) + (times[sample] ?? 0);
    });
    const counts = classes.map((_, row) =>
      Array.from(cells.subarray(row * classes.length, (row + 1) * classes.length)),
    );
    const scores = classificationScores({ classes, counts }, { zeroDivision });
    if (!this.#losses) return headlineMetrics(scores);
    const loss = this.#losses.reduce((total, each, sample) => total + each * (times[sample] ?? 0), 0);
    const areas = this.#curves.map(({ isPositive, scores: own, order }) =>
      areaUnderCurve(isPositive, own, times, NaN, order),
    );
    return headlineMetrics(scores, {
      logLoss: loss / drawn.length,
      rocAuc: areas.reduce((total, area) => total + area, 0) / areas.length,
    });
  }
}
