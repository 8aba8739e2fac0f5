import { expect, it } from 'vitest';
import { quartiles } from './quartiles.js';

// numpy 2.3: numpy.quantile(values, [0.25, 0.5, 0.75])
it.each([
  [[7], { low: 7, median: 7, high: 7 }],
  [[40, 10], { low: 17.5, median: 25, high: 32.5 }],
  [[3, 1, 2], { low: 1.5, median: 2, high: 2.5 }],
  [[10, 40, 20, 30], { low: 17.5, median: 25, high: 32.5 }],
  [[1, 100, 2, 50, 3], { low: 2, median: 3, high: 50 }],
])('interpolates as NumPy does: %j', (numbers, expected) => {
  expect(quartiles(numbers)).toEqual(expected);
});

it('refuses no numbers', () => {
  expect(() => quartiles([])).toThrow(new RangeError('quartiles: numbers must not be empty, got [].'));
});
