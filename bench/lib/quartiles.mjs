/**
 * Lower quartile, median and upper quartile, interpolated between neighbours as NumPy does by default.
 *
 * Hyndman and Fan 1996, definition 7, https://doi.org/10.2307/2684934
 *
 * @param {readonly number[]} numbers - at least one
 * @returns {{ low: number, median: number, high: number }}
 */
export function quartiles(numbers) {
  if (numbers.length === 0) throw new RangeError('quartiles: numbers must hold at least one, got none.');
  const sorted = numbers.toSorted((a, b) => a - b);
  const [low, median, high] = [0.25, 0.5, 0.75].map((share) => {
    const place = share * (sorted.length - 1);
    const below = Math.floor(place);
    return sorted[below] + (place - below) * ((sorted[below + 1] ?? sorted[below]) - sorted[below]);
  });
  return { low, median, high };
}
