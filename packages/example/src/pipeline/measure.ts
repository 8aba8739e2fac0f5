import { bootstrapInterval, ClassificationAccumulator } from '@crossmodal/metrics';
import type { Prediction } from './predictSamples.js';

/** A number and its 95% bootstrap interval. */
export interface Measured {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** Resamples and level of every interval in a run. */
export const BOOTSTRAP = { samples: 1000, level: 0.95 } as const;

/** Collects predictions whose label is known. */
export function accumulate(
  predictions: readonly Prediction[],
  labels: readonly string[],
): ClassificationAccumulator | undefined {
  const known = predictions.filter((prediction) => prediction.label >= 0);
  if (known.length === 0) return undefined;
  const accumulator = new ClassificationAccumulator({ classes: [...labels] });
  accumulator.update({
    labels: known.map((prediction) => labels[prediction.label] ?? ''),
    predictions: known.map((prediction) => labels[prediction.prediction] ?? ''),
    probabilities: known.map((prediction) => prediction.probabilities),
  });
  return accumulator;
}

/**
 * The headline metrics of a split with 95% percentile bootstrap intervals over its samples; empty without known labels.
 *
 * @param random - uniform in [0, 1)
 */
export function measure(
  predictions: readonly Prediction[],
  labels: readonly string[],
  random: () => number,
): Record<string, Measured> {
  const intervals = accumulate(predictions, labels)?.intervals({ ...BOOTSTRAP, random }) ?? {};
  return Object.fromEntries(
    Object.entries(intervals).map(([name, { value, low, high }]) => [name, { value, low, high }]),
  );
}

/** The mean of some values with its interval; of hits (0 or 1 each) it is their share. */
export function measureMean(values: readonly number[], random: () => number): Measured {
  const { value, low, high } = bootstrapInterval(meanOver(values), { ...BOOTSTRAP, random, size: values.length });
  return { value, low, high };
}

/** The mean of the values in some rows, as bootstrap functions ask for it. */
export function meanOver(values: readonly number[]): (rows: Int32Array) => number {
  return (rows) => rows.reduce((sum, row) => sum + (values[row] ?? 0), 0) / rows.length;
}
