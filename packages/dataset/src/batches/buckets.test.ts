import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { bucketFor } from './bucketFor.js';
import { lengthBuckets } from './lengthBuckets.js';
import { sizeLadder } from './sizeLadder.js';

const placesIn = (lengths: readonly number[], buckets: readonly number[]): number =>
  lengths.reduce((sum, length) => sum + bucketFor(length, buckets), 0);

describe('lengthBuckets', () => {
  it('puts buckets where the lengths are', () => {
    const reviews = [...Array<number>(90).fill(12), ...Array<number>(8).fill(30), 120, 128];
    expect(lengthBuckets(reviews, { count: 1 })).toEqual([128]);
    expect(lengthBuckets(reviews, { count: 2 })).toEqual([16, 128]);
    expect(lengthBuckets(reviews, { count: 3 })).toEqual([16, 32, 128]);
    // More would leave some unused.
    expect(lengthBuckets(reviews)).toEqual([16, 32, 128]);
  });

  it('never goes beyond the limit', () => {
    expect(lengthBuckets([5, 77], { limit: 77 })).toEqual([16, 77]);
    expect(lengthBuckets([0], { limit: 9 })).toEqual([9]);
    expect(lengthBuckets([3, 4, 5], { multipleOf: 1 })).toEqual([3, 4, 5]);
  });

  it('has no choice with fewer padded places', () => {
    const lengths = fc.array(fc.integer({ min: 0, max: 24 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(lengths, fc.integer({ min: 1, max: 4 }), (drawn, count) => {
        const buckets = lengthBuckets(drawn, { count, multipleOf: 4 });
        expect(buckets.length).toBeLessThanOrEqual(count);
        expect([...buckets].sort((a, b) => a - b)).toEqual(buckets);
        const last = Math.max(4, Math.ceil(Math.max(...drawn) / 4) * 4);
        const others = [4, 8, 12, 16, 20, 24].filter((size) => size < last);
        const choices = [...Array(2 ** others.length).keys()]
          .map((bits) => [...others.filter((_, i) => (bits >> i) & 1), last])
          .filter((choice) => choice.length <= count);
        expect(placesIn(drawn, buckets)).toBe(Math.min(...choices.map((choice) => placesIn(drawn, choice))));
      }),
      { seed: 4, numRuns: 100 },
    );
  });

  it('refuses what is out of range', () => {
    expect(() => lengthBuckets([])).toThrow('lengthBuckets: lengths must hold at least one, got none.');
    expect(() => lengthBuckets([1.5])).toThrow('each length must be a whole number from 0 to');
    expect(() => lengthBuckets([78], { limit: 77 })).toThrow('from 0 to 77, got 78.');
    expect(() => lengthBuckets([1], { count: 0 })).toThrow('count must be a whole number from 1, got 0.');
    expect(() => lengthBuckets([1], { multipleOf: 0 })).toThrow('multipleOf must be a whole number from 1, got 0.');
  });
});

describe('sizeLadder', () => {
  it('goes up to the limit in small steps', () => {
    expect(sizeLadder(64)).toEqual([1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64]);
    expect(sizeLadder(77, 16)).toEqual([16, 24, 32, 48, 64, 77]);
    expect(sizeLadder(1)).toEqual([1]);
    expect(sizeLadder(8, 16)).toEqual([8]);
  });

  it('refuses what is no size', () => {
    expect(() => sizeLadder(0)).toThrow('sizeLadder: limit must be a whole number from 1, got 0.');
    expect(() => sizeLadder(4, 0.5)).toThrow('sizeLadder: smallest must be a whole number from 1, got 0.5.');
  });
});

describe('bucketFor', () => {
  it('takes the first that is large enough', () => {
    expect([0, 16, 17, 64].map((size) => bucketFor(size, [16, 32, 64]))).toEqual([16, 16, 32, 64]);
  });

  it('refuses a size beyond the last', () => {
    expect(() => bucketFor(65, [16, 64])).toThrow('bucketFor: size must be at most 64, the last bucket, got 65.');
  });
});
