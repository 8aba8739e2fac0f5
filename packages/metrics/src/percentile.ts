/**
 * The value below which a share of the sorted values lies, interpolated linearly as numpy does.
 *
 * @param sorted - ascending, not empty
 * @param share - 0 to 1
 */
export function percentile(sorted: ArrayLike<number>, share: number): number {
  const position = share * (sorted.length - 1);
  const below = Math.floor(position);
  const low = sorted[below] ?? NaN;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] ?? NaN;
  return low + (high - low) * (position - below);
}
