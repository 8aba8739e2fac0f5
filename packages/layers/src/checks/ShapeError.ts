import { type Tensor } from '@tensorflow/tfjs-core';

/** What a {@link ShapeError} reports. */
export interface ShapeMismatch {
  /** Where, and which argument: `'splitHeads: x'`. */
  readonly argument: string;
  /** What was expected, as words: `'[B, T, 64]'`. */
  readonly expected: string;
  /** What arrived, as words: `'[2, 768]'`. */
  readonly received: string;
  /** What the caller may do about it. */
  readonly advice?: string;
}

/** A tensor of the right kind with a shape that does not fit. */
export class ShapeError extends RangeError {
  override readonly name = 'ShapeError';
  readonly argument: string;
  readonly expected: string;
  readonly received: string;

  /** @param mismatch - which argument, what was expected, what arrived */
  constructor({ argument, expected, received, advice }: ShapeMismatch) {
    super(`${argument} must be ${expected}, got ${received}.${advice ? ` ${advice}` : ''}`);
    this.argument = argument;
    this.expected = expected;
    this.received = received;
  }
}

/**
 * Checks the number of axes of a tensor.
 *
 * @param x - any tensor
 * @param rank - the number of axes it must have
 * @param argument - where, and which argument, for the message: `'splitHeads: x'`
 * @returns the shape
 * @throws {@link ShapeError} when the rank differs
 */
export function assertRank(x: Tensor, rank: 1, argument: string): [number];
export function assertRank(x: Tensor, rank: 2, argument: string): [number, number];
export function assertRank(x: Tensor, rank: 3, argument: string): [number, number, number];
export function assertRank(x: Tensor, rank: 4, argument: string): [number, number, number, number];
export function assertRank(x: Tensor, rank: number, argument: string): number[];
export function assertRank(x: Tensor, rank: number, argument: string): number[] {
  if (x.shape.length !== rank) {
    throw new ShapeError({ argument, expected: `of rank ${rank}`, received: formatShape(x.shape) });
  }
  return x.shape;
}

/**
 * Checks a tensor against a pattern of sizes.
 *
 * @param x - any tensor
 * @param pattern - one entry per axis: a number must match, a letter stands for any size (the same letter for the same size)
 * @param argument - where, and which argument, for the message: `'linear: weight'`
 * @param advice - what the caller may do, added to the message
 * @throws {@link ShapeError} when rank or sizes differ
 *
 * @example
 * assertShape(mask, [2, 'S'], 'maskToBias: mask');
 */
export function assertShape(x: Tensor, pattern: readonly (number | string)[], argument: string, advice?: string): void {
  const sizes = new Map<string, number>();
  const fits =
    x.shape.length === pattern.length &&
    pattern.every((wanted, axis) => {
      const size = x.shape[axis] ?? -1;
      if (typeof wanted === 'number') return wanted === size;
      const known = sizes.get(wanted) ?? size;
      sizes.set(wanted, known);
      return known === size;
    });
  if (!fits) {
    throw new ShapeError({
      argument,
      expected: formatShape(pattern),
      received: formatShape(x.shape),
      ...(advice === undefined ? {} : { advice }),
    });
  }
}

/**
 * Checks that a size divides evenly.
 *
 * @param size - the size to divide
 * @param divisor - positive integer
 * @param argument - what is divided by what, for the message: `'splitHeads: hidden size by numHeads'`
 * @throws {@link ShapeError} when the divisor is not a positive integer or leaves a remainder
 */
export function assertDivisible(size: number, divisor: number, argument: string): void {
  if (!Number.isInteger(divisor) || divisor < 1 || size % divisor !== 0) {
    throw new ShapeError({ argument, expected: `divisible by ${divisor}`, received: String(size) });
  }
}

function formatShape(shape: readonly (number | string)[]): string {
  return `[${shape.join(', ')}]`;
}
