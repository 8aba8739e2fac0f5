import { quantileOfSorted } from './quantile.js';
import { type BootstrapOptions, checkBootstrap, checkSize, resample } from './resample.js';

/** An estimate and the interval it may lie in. */
export interface Interval {
  /** The statistic of the samples as they are. */
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** Resamples whose statistic was `NaN` and was left out; the interval is `NaN` when that is all of them. */
  readonly undefinedSamples: number;
}

/**
 * Percentile bootstrap interval of a statistic.
 *
 * Efron 1979, "Bootstrap methods: another look at the jackknife". Resamples are not stratified.
 *
 * @param statistic - computes the number from sample indices (`selectRows` picks by them)
 * @param options - `size`: number of samples; `random`, `samples`, `level` as in {@link BootstrapOptions}
 * @throws `RangeError` for a `size`, `samples` or `level` out of range, or a `random` outside `[0, 1)`
 *
 * @example
 * bootstrapInterval((rows) => accuracy(selectRows(labels, rows), selectRows(predictions, rows)), {
 *   size: labels.length,
 *   random,
 * });
 */
export function bootstrapInterval(
  statistic: (indices: Int32Array) => number,
  options: BootstrapOptions & { readonly size: number },
): Interval {
  const where = 'bootstrapInterval';
  checkSize(options.size, where);
  const { random, samples, level } = checkBootstrap(options, where);
  const value = statistic(Int32Array.from({ length: options.size }, (_, i) => i));
  const values = Array.from({ length: samples }, () => statistic(resample(options.size, random, where)));
  return toInterval(value, values, level);
}

/** The percentile interval of resampled values. */
export function toInterval(value: number, values: readonly number[], level: number): Interval {
  const sorted = Float64Array.from(values.filter((candidate) => !Number.isNaN(candidate))).sort();
  const tail = (1 - level) / 2;
  const at = (share: number): number => (sorted.length === 0 ? NaN : quantileOfSorted(sorted, share));
  return {
    value,
    low: at(tail),
    high: at(1 - tail),
    undefinedSamples: values.length - sorted.length,
  };
}
