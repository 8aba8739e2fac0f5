import { toInterval, type Interval } from './bootstrapInterval.js';
import { checkClasses, checkLabels, checkZeroDivision, describeLabel } from './checkInputs.js';
import { checkProbabilities, type Probabilities } from './checkProbabilities.js';
import { type ClassificationScores, classificationScores } from './classificationScores.js';
import { type ClassificationMetrics, headlineMetrics } from './ClassificationMetrics.js';
import { type ConfusionMatrix, confusionMatrix } from './confusionMatrix.js';
import { logLoss } from './logLoss.js';
import { type Label, type Labels } from './readLabels.js';
import { type BootstrapOptions, checkBootstrap, resample } from './resample.js';
import { ResampledMetrics } from './ResampledMetrics.js';
import { rocAuc } from './rocAuc.js';
import { rocAucOneVsRest } from './rocAucOneVsRest.js';

/** One batch of an evaluation. */
export interface ClassificationBatch {
  /** True class of each sample. */
  readonly labels: Labels;
  /** Predicted class of each sample. */
  readonly predictions: Labels;
  /** `[N][C]`, columns in the order of `classes`; in every batch or in none. */
  readonly probabilities?: Probabilities;
}

/** Options of {@link ClassificationAccumulator}. */
export interface ClassificationAccumulatorOptions {
  /** Every class there is, in the order of the columns of the probabilities. */
  readonly classes: Labels;
  /** What `0 / 0` is: 0, 1 or `NaN`, which averages leave out; default 0. */
  readonly zeroDivision?: number;
}

/** Everything known at the end. */
export interface ClassificationResult {
  /** Number of samples. */
  readonly samples: number;
  readonly metrics: ClassificationMetrics;
  readonly scores: ClassificationScores;
  readonly confusionMatrix: ConfusionMatrix;
}

/**
 * Collects an evaluation batch by batch.
 *
 * How the samples are split into batches changes nothing, not even the last bit: values are kept and computed once.
 *
 * @example
 * const accumulator = new ClassificationAccumulator({ classes: ['negative', 'positive'] });
 * for (const batch of batches) accumulator.update(batch);
 * accumulator.result().metrics.f1;
 */
export class ClassificationAccumulator {
  readonly #classes: readonly Label[];
  readonly #zeroDivision: number;
  readonly #labels: Label[] = [];
  readonly #predictions: Label[] = [];
  readonly #probabilities: (readonly number[])[] = [];

  /** @throws `RangeError` without classes, with one named twice, or with a bad `zeroDivision` */
  constructor(options: ClassificationAccumulatorOptions) {
    this.#classes = checkClasses(options.classes, [], WHERE);
    this.#zeroDivision = checkZeroDivision(options.zeroDivision ?? 0, WHERE);
  }

  /**
   * Adds one batch, copying it; a rejected batch leaves no trace.
   *
   * @throws `RangeError` when empty, of different lengths, with a label outside `classes`, with bad probabilities, or
   * with probabilities in some batches only
   * @throws `TypeError` when numbers and strings are mixed
   */
  update(batch: ClassificationBatch): void {
    const { labels, predictions } = checkLabels(batch.labels, batch.predictions, WHERE);
    for (const label of [...labels, ...predictions]) {
      if (!this.#classes.includes(label)) {
        throw new RangeError(
          `${WHERE}: labels and predictions must be among the classes, got ${describeLabel(label)}.`,
        );
      }
    }
    if (this.#labels.length > 0 && (batch.probabilities !== undefined) !== this.#hasProbabilities) {
      throw new RangeError(
        `${WHERE}: probabilities must come with every batch or with none, got both after ${this.#labels.length} samples.`,
      );
    }
    if (batch.probabilities !== undefined) {
      checkProbabilities(batch.probabilities, labels.length, this.#classes.length, WHERE);
      for (const row of Array.from(batch.probabilities)) this.#probabilities.push(Array.from(row));
    }
    for (const label of labels) this.#labels.push(label);
    for (const prediction of predictions) this.#predictions.push(prediction);
  }

  /** @throws `RangeError` before the first sample */
  result(): ClassificationResult {
    this.#assertSamples();
    return this.#compute();
  }

  /**
   * A percentile bootstrap interval of each headline number, all from the same resamples.
   *
   * @throws `RangeError` before the first sample, or for options out of range
   */
  intervals(options: BootstrapOptions): Readonly<Record<string, Interval>> {
    this.#assertSamples();
    const { random, samples, level } = checkBootstrap(options, WHERE);
    const { metrics } = this.result();
    const numbers = new ResampledMetrics({
      classes: this.#classes,
      labels: this.#labels,
      predictions: this.#predictions,
      probabilities: this.#probabilities,
      zeroDivision: this.#zeroDivision,
    });
    const resampled = Array.from({ length: samples }, () => numbers.of(resample(this.#labels.length, random, WHERE)));
    const names = Object.keys(metrics) as (keyof ClassificationMetrics)[]; // made by #compute
    return Object.fromEntries(
      names.map((name) => [
        name,
        toInterval(
          metrics[name] ?? NaN,
          resampled.map((each) => each[name] ?? NaN),
          level,
        ),
      ]),
    );
  }

  get #hasProbabilities(): boolean {
    return this.#probabilities.length > 0;
  }

  #assertSamples(): void {
    if (this.#labels.length === 0) throw new RangeError(`${WHERE}: update must add at least one sample first.`);
  }

  #compute(): ClassificationResult {
    const [labels, predictions, classes] = [this.#labels, this.#predictions, this.#classes] as [Labels, Labels, Labels]; // of one kind: checked
    const probabilities = this.#probabilities;
    const matrix = confusionMatrix(labels, predictions, { classes });
    const scores = classificationScores(matrix, { zeroDivision: this.#zeroDivision });
    const metrics = headlineMetrics(
      scores,
      this.#hasProbabilities
        ? {
            logLoss: logLoss(labels, probabilities, { classes }),
            rocAuc: this.#rocAuc(labels, probabilities, classes),
          }
        : {},
    );
    return { samples: labels.length, metrics, scores, confusionMatrix: matrix };
  }

  #rocAuc(labels: Labels, probabilities: Probabilities, classes: Labels): number {
    const [, second] = this.#classes;
    if (classes.length !== 2 || second === undefined) return rocAucOneVsRest(labels, probabilities, { classes });
    const scores = Array.from(probabilities, (row) => row[1] ?? NaN);
    return rocAuc(labels, scores, { positiveLabel: second });
  }
}

const WHERE = 'ClassificationAccumulator';
