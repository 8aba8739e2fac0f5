import { describe, expect, it } from 'vitest';

import { formatFixed } from './formatFixed.js';

describe('formatFixed', () => {
  it('rounds ties to even, as Python does', () => {
    const halves = [0.125, 0.375, 0.625, 0.875, 1.125, -0.125];
    expect(halves.map((value) => formatFixed(value, 2))).toEqual(['0.12', '0.38', '0.62', '0.88', '1.12', '-0.12']);
    expect([0.5, 1.5, 2.5].map((value) => formatFixed(value, 0))).toEqual(['0', '2', '2']);
    expect(formatFixed(0.0625, 3)).toBe('0.062');
  });

  it('rounds everything else to the nearest', () => {
    // 1.005 is a little less than it looks, 0.285 too.
    expect([1.005, 0.285, 0.126, 2 / 3, 1].map((value) => formatFixed(value, 2))).toEqual([
      '1.00',
      '0.28',
      '0.13',
      '0.67',
      '1.00',
    ]);
  });

  it('prints NaN as Python does', () => {
    expect(formatFixed(NaN, 2)).toBe('nan');
  });
});
