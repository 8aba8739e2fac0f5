import { expect, it } from 'vitest';
import { formatBytes } from './formatBytes.js';

it('says sizes as people do, never a thousand of a unit', () => {
  const sizes = [0, 999, 1000, 514_249, 999_949, 999_950, 399_500_000, 999_949_999, 999_950_000, 2_736_080_896];
  expect(sizes.map(formatBytes)).toEqual([
    '0 B',
    '999 B',
    '1.0 kB',
    '514.2 kB',
    '999.9 kB',
    '1.0 MB',
    '399.5 MB',
    '999.9 MB',
    '1.00 GB',
    '2.74 GB',
  ]);
});
