/**
 * Sizes that grow by a third to a half each: 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, and so on up to a limit. Padding up to the next
 * one wastes less than half, on data that nobody has seen yet; where the data is known, `lengthBuckets` wastes less.
 *
 * @param limit - the last size, a whole number from 1
 * @param smallest - leaves out the sizes below it; default 1
 * @returns ascending
 * @throws `RangeError` when a size is out of range
 *
 * @example
 * sizeLadder(100, 16); // [16, 24, 32, 48, 64, 96, 100]
 */
export function sizeLadder(limit: number, smallest = 1): number[] {
  for (const [name, value] of Object.entries({ limit, smallest })) {
    if (Number.isSafeInteger(value) && value >= 1) continue;
    throw new RangeError(`sizeLadder: ${name} must be a whole number from 1, got ${value}.`);
  }
  const sizes: number[] = [];
  for (let power = 1; power < limit; power *= 2) sizes.push(power, power * 1.5);
  const between = sizes.filter((size) => Number.isInteger(size) && size >= smallest && size < limit);
  return [...between, limit];
}
