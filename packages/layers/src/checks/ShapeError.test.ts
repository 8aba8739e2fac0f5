import { useBackend } from '@crossmodal/testing';
import { ones } from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { assertDivisible, assertRank, assertShape, ShapeError } from './ShapeError.js';

beforeAll(() => useBackend('cpu'));

it('carries what its message says', () => {
  const error = new ShapeError({
    argument: 'f: x',
    expected: '[B, 4]',
    received: '[2, 3]',
    advice: 'Project it first.',
  });
  expect(error).toBeInstanceOf(RangeError);
  expect(error.message).toBe('f: x must be [B, 4], got [2, 3]. Project it first.');
  expect(error).toMatchObject({ name: 'ShapeError', argument: 'f: x', expected: '[B, 4]', received: '[2, 3]' });
});

it('checks ranks', () => {
  expect(assertRank(ones([2, 3]), 2, 'f: x')).toEqual([2, 3]);
  expect(() => assertRank(ones([2, 3]), 3, 'f: x')).toThrow('f: x must be of rank 3, got [2, 3].');
});

it('checks sizes, where equal letters stand for equal sizes', () => {
  const x = ones([2, 3, 3]);
  assertShape(x, [2, 3, 3], 'f: x');
  assertShape(x, ['B', 'T', 'T'], 'f: x');
  expect(() => assertShape(x, ['T', 'T', 3], 'f: x', 'Transpose it.')).toThrow(
    'f: x must be [T, T, 3], got [2, 3, 3]. Transpose it.',
  );
  expect(() => assertShape(x, [2, 'T', 4], 'f: x')).toThrow('f: x must be [2, T, 4], got [2, 3, 3].');
  expect(() => assertShape(x, ['B', 'T'], 'f: x')).toThrow('f: x must be [B, T], got [2, 3, 3].');
});

it('checks divisors', () => {
  assertDivisible(12, 4, 'f: size by heads');
  for (const divisor of [5, 0, -4, 1.5]) {
    expect(() => assertDivisible(12, divisor, 'f: size by heads')).toThrow(
      `f: size by heads must be divisible by ${divisor}, got 12.`,
    );
  }
});
