/**
 * The size to pad to.
 *
 * @param size - whole number from 0
 * @param buckets - ascending, as `lengthBuckets` and `sizeLadder` give them
 * @returns the first bucket that is not smaller
 * @throws `RangeError` when all are smaller
 *
 * @example
 * bucketFor(17, [16, 32, 64]); // 32
 */
export function bucketFor(size: number, buckets: readonly number[]): number {
  const found = buckets.find((bucket) => bucket >= size);
  if (found !== undefined) return found;
  throw new RangeError(`bucketFor: size must be at most ${buckets.at(-1) ?? 0}, the last bucket, got ${size}.`);
}
