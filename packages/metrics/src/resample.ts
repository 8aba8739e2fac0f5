/** How to resample. */
export interface BootstrapOptions {
  /** Source of randomness, in `[0, 1)`. */
  readonly random: () => number;
  /** Number of resamples; default 1000. */
  readonly samples?: number;
  /** Share of resamples that the interval covers, between 0 and 1; default 0.95. */
  readonly level?: number;
}

/** {@link BootstrapOptions}, checked, defaults filled in. */
export type CheckedBootstrap = Required<BootstrapOptions>;

/** @throws `RangeError` when `samples` is no positive whole number or `level` lies outside `(0, 1)` */
export function checkBootstrap(options: BootstrapOptions, where: string): CheckedBootstrap {
  const { random, samples = 1000, level = 0.95 } = options;
  if (!Number.isInteger(samples) || samples < 1) {
    throw new RangeError(`${where}: samples must be a positive whole number, got ${samples}.`);
  }
  if (!(level > 0 && level < 1)) throw new RangeError(`${where}: level must lie between 0 and 1, got ${level}.`);
  return { random, samples, level };
}

/** @throws `RangeError` when `size` is no positive whole number */
export function checkSize(size: number, where: string): void {
  if (!Number.isInteger(size) || size < 1) {
    throw new RangeError(`${where}: size must be a positive whole number, got ${size}.`);
  }
}

/**
 * Draws `size` indices with replacement.
 *
 * @throws `RangeError` when `random` leaves `[0, 1)`
 */
export function resample(size: number, random: () => number, where: string): Int32Array {
  return Int32Array.from({ length: size }, () => {
    const draw = random();
    if (!(draw >= 0 && draw < 1)) throw new RangeError(`${where}: random must return numbers in [0, 1), got ${draw}.`);
    return Math.floor(draw * size);
  });
}
