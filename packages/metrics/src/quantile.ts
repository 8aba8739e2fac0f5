/**
 * The number below which a share of some numbers lies, interpolated linearly between two neighbours.
 *
 * Of `n` numbers in ascending order, `x[0]` to `x[n - 1]`, and with `h = share * (n - 1)`, it is
 * `x[floor(h)] + (h - floor(h)) * (x[floor(h) + 1] - x[floor(h)])`: definition 7 of Hyndman and Fan 1996, "Sample Quantiles in Statistical Packages",
 * https://doi.org/10.2307/2684934, and what NumPy's `quantile` computes by default (`method="linear"`).
 *
 * @param numbers - at least one, in any order, none of them `NaN`
 * @param share - 0 to 1: 0 gives the smallest number, 0.5 the median, 1 the largest
 * @throws `RangeError` for no numbers, a `NaN` among them, or a `share` out of range
 *
 * @example
 * quantile([10, 7, 4, 3, 2, 1], 0.5); // 3.5
 */
export function quantile(numbers: ArrayLike<number>, share: number): number {
  if (!(share >= 0 && share <= 1)) throw new RangeError(`quantile: share must lie between 0 and 1, got ${share}.`);
  if (numbers.length === 0) throw new RangeError('quantile: numbers must hold at least one, got none.');
  const sorted = Float64Array.from(numbers).sort();
  // Sorting puts NaN at the end.
  if (Number.isNaN(sorted.at(-1))) throw new RangeError('quantile: numbers must not be NaN, got at least one.');
  return quantileOfSorted(sorted, share);
}

/**
 * The same of numbers that are sorted already, for those who want several shares of them.
 *
 * @param sorted - ascending, at least one, none of them `NaN`
 * @param share - 0 to 1
 */
export function quantileOfSorted(sorted: ArrayLike<number>, share: number): number {
  const position = share * (sorted.length - 1);
  const below = Math.floor(position);
  const low = sorted[below] ?? NaN;
  const rest = position - below;
  // Exactly at a number, its neighbour does not count, be it infinite or not there.
  return rest === 0 ? low : low + rest * ((sorted[below + 1] ?? NaN) - low);
}
