import { describe, expect, it } from 'vitest';

import { quantile } from './quantile.js';

/** Miles per gallon of 32 cars: `mtcars$mpg` of R, from Motor Trend 1974. */
const milesPerGallon = [
  21.0, 21.0, 22.8, 21.4, 18.7, 18.1, 14.3, 24.4, 22.8, 19.2, 17.8, 16.4, 17.3, 15.2, 10.4, 10.4, 14.7, 32.4, 30.4,
  33.9, 21.5, 15.5, 15.2, 13.3, 19.2, 27.3, 26.0, 30.4, 15.8, 19.7, 15.0, 21.4,
];

describe('quantile', () => {
  // R: quantile(mtcars$mpg); NumPy 2.4.6 gives the same.
  it.each([
    [0, 10.4],
    [0.25, 15.425],
    [0.5, 19.2],
    [0.75, 22.8],
    [1, 33.9],
  ])('gives what R prints for the cars of mtcars: %d', (share, expected) => {
    expect(quantile(milesPerGallon, share)).toBeCloseTo(expected, 12);
  });

  // numpy 2.4.6: numpy.quantile(numbers, share)
  it.each([
    [[10, 7, 4, 3, 2, 1], 0.5, 3.5], // the example of its documentation
    [milesPerGallon, 0.025, 10.4],
    [milesPerGallon, 0.1, 14.34],
    [milesPerGallon, 0.9, 30.09],
    [milesPerGallon, 0.975, 32.7375],
    [[7], 0.3, 7],
    [[40, 10], 0.25, 17.5],
    [[40, 10], 0.75, 32.5],
    [[1, 100, 2, 50, 3], 0.9, 80],
    [Float32Array.of(-1, -3, 5), 0.75, 2],
  ])('interpolates as NumPy does: %j at %d', (numbers, share, expected) => {
    expect(quantile(numbers, share)).toBeCloseTo(expected, 12);
  });

  it('sorts by value, not as text, and leaves the numbers as they are', () => {
    const numbers = [10, 9, 100];
    expect(quantile(numbers, 0.5)).toBe(10);
    expect(numbers).toEqual([10, 9, 100]);
  });

  it('does not let an infinite neighbour in where it is exactly at a number', () => {
    expect(quantile([1, Infinity, 0], 0.5)).toBe(1);
    expect(quantile([1, Infinity, 0], 1)).toBe(Infinity);
  });

  it('refuses no numbers, NaN, and shares that are none', () => {
    expect(() => quantile([], 0.5)).toThrow(new RangeError('quantile: numbers must hold at least one, got none.'));
    expect(() => quantile([1, NaN, 2], 0.5)).toThrow(
      new RangeError('quantile: numbers must not be NaN, got at least one.'),
    );
    for (const share of [-0.1, 1.1, 50, NaN]) {
      expect(() => quantile([1], share)).toThrow(
        new RangeError(`quantile: share must lie between 0 and 1, got ${share}.`),
      );
    }
  });
});
