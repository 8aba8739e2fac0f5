import { type Tensor } from '@tensorflow/tfjs-core';

/** What a tensor is compared with: another tensor, or plain values of a given shape. */
export type ExpectedTensor =
  Tensor | { readonly shape: readonly number[]; readonly values: ArrayLike<number>; readonly dtype?: string };

/**
 * Asserts that two tensors agree whole: dtype, shape, then every value.
 *
 * @param actual - the tensor under test
 * @param expected - a tensor, or shape and values (dtype float32 unless given)
 * @param tolerance - largest absolute difference; default 1e-5, the rounding of short float32 chains
 * @throws Error that names the first differing part with both values
 */
export async function expectTensorsClose(actual: Tensor, expected: ExpectedTensor, tolerance = 1e-5): Promise<void> {
  const wanted = await readExpected(expected);
  assertSameKind(actual, wanted);
  const values = await actual.data();
  compareValues(values, wanted, () => tolerance, 'expectTensorsClose');
}

/**
 * Asserts that a gradient agrees with its golden value: within 1e-4 of the tensor's largest entry, or 1e-7 absolute.
 *
 * @param actual - the gradient under test
 * @param expected - a tensor, or shape and values (dtype float32 unless given)
 * @throws Error that names the first differing part with both values
 */
export async function expectGradientsClose(actual: Tensor, expected: ExpectedTensor): Promise<void> {
  const wanted = await readExpected(expected);
  assertSameKind(actual, wanted);
  const largest = wanted.values.reduce((found, value) => Math.max(found, Math.abs(value)), 0);
  compareValues(await actual.data(), wanted, () => Math.max(1e-4 * largest, 1e-7), 'expectGradientsClose');
}

interface PlainTensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

async function readExpected(expected: ExpectedTensor): Promise<PlainTensor> {
  if ('values' in expected) {
    return { dtype: expected.dtype ?? 'float32', shape: expected.shape, values: Array.from(expected.values) };
  }
  return { dtype: expected.dtype, shape: expected.shape, values: Array.from(await expected.data()) };
}

function assertSameKind(actual: Tensor, expected: PlainTensor): void {
  if (actual.dtype !== expected.dtype) {
    throw new Error(`dtype must be ${expected.dtype}, got ${actual.dtype}.`);
  }
  if (actual.shape.join() !== expected.shape.join()) {
    throw new Error(`shape must be [${expected.shape.join(', ')}], got [${actual.shape.join(', ')}].`);
  }
}

function compareValues(
  values: ArrayLike<number>,
  expected: PlainTensor,
  toleranceAt: () => number,
  where: string,
): void {
  const tolerance = toleranceAt();
  let worst = -1;
  let worstDifference = 0;
  let differing = 0;
  for (const [i, wanted] of expected.values.entries()) {
    const found = values[i] ?? NaN;
    if (Object.is(found, wanted) || found === wanted) continue;
    const difference = Math.abs(found - wanted);
    // Written so that NaN, which compares false with everything, counts as different.
    if (difference <= tolerance) continue;
    differing += 1;
    if (worst === -1 || difference > worstDifference || Number.isNaN(difference)) {
      worst = i;
      worstDifference = difference;
    }
  }
  if (worst === -1) return;
  throw new Error(
    `${where}: ${differing} of ${expected.values.length} values differ by more than ${tolerance}. ` +
      `The largest difference is ${worstDifference} at [${indexOf(worst, expected.shape).join(', ')}]: ` +
      `expected ${expected.values[worst] ?? NaN}, got ${values[worst] ?? NaN}.`,
  );
}

function indexOf(flat: number, shape: readonly number[]): number[] {
  const index: number[] = [];
  for (const dimension of [...shape].reverse()) {
    index.unshift(flat % dimension);
    flat = Math.floor(flat / dimension);
  }
  return index;
}
