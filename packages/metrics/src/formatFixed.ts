/**
 * A number with fixed decimals, ties to even as Python rounds: 0.125 is `'0.12'`, where `toFixed` gives `'0.13'`.
 *
 * @param digits - decimals, 0 to 100
 */
export function formatFixed(value: number, digits: number): string {
  if (Number.isNaN(value)) return 'nan';
  // Halfway between two neighbours means an odd multiple of 2^-(digits + 1); both products are exact.
  const halves = value * 2 ** (digits + 1);
  if (!Number.isInteger(halves) || halves % 2 === 0) return value.toFixed(digits);
  const down = (5 ** digits * halves - 1) / 2;
  return ((down % 2 === 0 ? down : down + 1) / 10 ** digits).toFixed(digits);
}
