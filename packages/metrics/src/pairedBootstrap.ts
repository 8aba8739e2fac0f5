import { type Interval, toInterval } from './bootstrapInterval.js';
import { type BootstrapOptions, checkBootstrap, checkSize, resample } from './resample.js';

/** The difference of two statistics on the same samples. */
export interface PairedInterval extends Interval {
  /** Share of the defined resamples in which the first statistic is the larger one; ties count half. */
  readonly shareAbove: number;
}

/**
 * Percentile bootstrap interval of `first - second`, both computed on the same resamples: is one model better than
 * another on this test set? An interval that leaves out 0 says so.
 *
 * @param first - computes the number of the one from sample indices
 * @param second - computes the number of the other
 * @param options - `size`: number of samples; `random`, `samples`, `level` as in {@link BootstrapOptions}
 * @throws `RangeError` for a `size`, `samples` or `level` out of range, or a `random` outside `[0, 1)`
 */
export function pairedBootstrap(
  first: (indices: Int32Array) => number,
  second: (indices: Int32Array) => number,
  options: BootstrapOptions & { readonly size: number },
): PairedInterval {
  const where = 'pairedBootstrap';
  checkSize(options.size, where);
  const { random, samples, level } = checkBootstrap(options, where);
  const difference = (indices: Int32Array) => first(indices) - second(indices);
  const value = difference(Int32Array.from({ length: options.size }, (_, i) => i));
  const values = Array.from({ length: samples }, () => difference(resample(options.size, random, where)));
  const interval = toInterval(value, values, level);
  const above = values.reduce((count, each) => count + (each > 0 ? 1 : each === 0 ? 0.5 : 0), 0);
  return { ...interval, shareAbove: above / (samples - interval.undefinedSamples) };
}
