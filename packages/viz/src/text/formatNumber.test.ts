import { describe, expect, it } from 'vitest';
import {
  fixed,
  formatCount,
  formatDifference,
  formatDifferenceInterval,
  formatInterval,
  formatValue,
} from './formatNumber.js';

describe('formatNumber', () => {
  it('groups counts by thousands', () => {
    expect([0, 999, 1000, 1234567, -1000, 1234.5, NaN].map(formatCount)).toEqual(
      ['0', '999', '1,000', '1,234,567', '−1,000', '1,234.5', 'unknown'], // prettier-ignore
    );
  });

  it('shows shares in percent and other numbers with three decimals', () => {
    expect(formatValue(0.924, 'percent')).toBe('92.4%');
    expect(formatValue(0.2134, 'number')).toBe('0.213');
    expect(formatValue(-1234.56, 'number')).toBe('−1234.6');
    expect(formatValue(NaN, 'percent')).toBe('undefined');
    expect(formatValue(Infinity, 'number')).toBe('undefined');
  });

  it('shows intervals only when both ends are known', () => {
    expect(formatInterval(0.907, 0.94, 'percent')).toBe('90.7–94.0%');
    expect(formatInterval(-0.1, 0.2, 'number')).toBe('−0.100 to 0.200');
    expect(formatInterval(NaN, 0.94, 'percent')).toBe('undefined');
  });

  it('shows differences with their sign, in points', () => {
    expect(formatDifference(0.051, 'percent')).toBe('+5.1 points');
    expect(formatDifference(-0.2, 'number')).toBe('−0.200');
    expect(formatDifference(NaN, 'percent')).toBe('undefined');
    expect(formatDifferenceInterval(-0.01, 0.016, 'percent')).toBe('−1.0 to +1.6');
    expect(formatDifferenceInterval(NaN, 0.016, 'percent')).toBe('undefined');
  });

  it('knows no negative zero', () => {
    expect(fixed(-0.0001, 2)).toBe('0.00');
    expect(fixed(-0.006, 2)).toBe('−0.01');
  });
});
