import { seededNormalValues, useBackend } from '@crossmodal/testing';
import { memory, tensor1d, tidy } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { LargestDifference } from './LargestDifference.js';

describe.each(['cpu', 'onnxruntime'] as const)('on %s', (backend) => {
  it('finds where two computations differ most', async () => {
    await useBackend(backend);
    const difference = new LargestDifference();
    difference.add('same', tensor1d([1, 2]), tensor1d([1, 2]));
    difference.add('noise', tensor1d([1e-9]), tensor1d([-1e-9]));
    difference.add('off', tensor1d([1, 2.5]), tensor1d([1, 2]));
    expect(difference.find()).toEqual({ place: 'off', relative: 0.25 });
    difference.add('whole numbers', tensor1d([1, 5], 'int32'), tensor1d([1, 2], 'int32'));
    expect(difference.find()).toEqual({ place: 'whole numbers', relative: 1.5 });
    difference.add('missing', undefined, tensor1d([1]));
    expect(difference.find()).toEqual({ place: 'missing', relative: Infinity });
    difference.add('broken', tensor1d([1]), tensor1d([NaN]));
    expect(difference.find().relative).toBeNaN();
  });

  // A backend may go through tensors in pieces of 2 ** 13 values, four at a time.
  it.each([1, 5, 2 ** 13 - 1, 2 ** 13 + 3])('looks at every one of %d values', async (count) => {
    await useBackend(backend);
    for (const at of new Set([0, count >> 1, Math.max(0, count - 2), count - 1])) {
      const values = seededNormalValues(count, 1).map((value) => Math.max(-1, Math.min(1, value)));
      values[count - 1] = 2;
      const relativeOf = (value: number): number =>
        tidy(() => {
          const difference = new LargestDifference();
          difference.add('values', tensor1d(values.with(at, value)), tensor1d(values));
          return difference.find().relative;
        });
      const before = memory().numTensors;
      expect(relativeOf(values[at]! + 0.5)).toBeCloseTo(0.25, 6);
      expect(relativeOf(values[at]! - 8)).toBeCloseTo(4, 6);
      expect(relativeOf(Infinity)).toBe(Infinity);
      expect(relativeOf(NaN)).toBeNaN();
      expect(memory().numTensors).toBe(before);
    }
  });

  it.each([NaN, Infinity])('is NaN where what is expected is %d', async (value) => {
    await useBackend(backend);
    const difference = new LargestDifference();
    difference.add('values', tensor1d([value, 1, 2]), tensor1d([value, 1, 2]));
    expect(difference.find().relative).toBeNaN();
  });
});
