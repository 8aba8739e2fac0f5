import { type PlainValues } from './computeOn.js';

/**
 * Asserts that two computations of the same agree: NaN and infinities at the same places, all other values within a share of the largest of them.
 *
 * @param actual - what is tested
 * @param expected - computed in another way
 * @param tolerance - of the largest finite entry
 * @throws Error that names the worst place and both values
 */
export function expectAlike(actual: PlainValues, expected: PlainValues, tolerance: number): void {
  if (actual.shape.join() !== expected.shape.join()) {
    throw new Error(`expectAlike: shape must be [${expected.shape.join(', ')}], got [${actual.shape.join(', ')}].`);
  }
  const wanted = Array.from(expected.values);
  const largest = wanted.filter(Number.isFinite).reduce((found, value) => Math.max(found, Math.abs(value)), 0);
  const limit = Math.max(tolerance * largest, 1e-7);
  let worst = -1;
  let worstDifference = 0;
  for (const [i, value] of wanted.entries()) {
    const found = actual.values[i] ?? NaN;
    if (found === value || (Number.isNaN(found) && Number.isNaN(value))) continue;
    const difference = Math.abs(found - value);
    if (difference <= limit) continue;
    if (worst === -1 || !(difference <= worstDifference)) [worst, worstDifference] = [i, difference];
  }
  if (worst === -1) return;
  throw new Error(
    `expectAlike: values must agree within ${limit}, but at place ${worst} of [${expected.shape.join(', ')}] ` +
      `expected ${wanted[worst] ?? NaN}, got ${actual.values[worst] ?? NaN}.`,
  );
}
