import {
  abs,
  add,
  addN,
  ceil,
  clipByValue,
  cos,
  div,
  equal,
  erf,
  exp,
  floor,
  greater,
  greaterEqual,
  less,
  lessEqual,
  log,
  maximum,
  minimum,
  mul,
  neg,
  notEqual,
  reciprocal,
  relu,
  rsqrt,
  sigmoid,
  sin,
  sqrt,
  square,
  squaredDifference,
  sub,
  tanh,
  tensor,
  type Tensor,
  where,
} from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectSameAsCpu, numbers } from '../__comparison__/compareWithCpu.js';

const numRuns = process.env.CROSSMODAL_VERIFY ? 40 : 8;
const specials = [NaN, Infinity, -Infinity, 0, -0, 1e-40, -1e-40, 88.7, -88, 104, -104, 20, -20, 1e5, 0.5, 1.5, -2.5];
const special = fc.constantFrom(...specials);
const place = fc.tuple(fc.nat(1000), special);
const seed = fc.nat(1000);
/** Without an empty axis: those go another way and have a test of their own. */
const shape = fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 5 });
const sizeOf = (dims: readonly number[]): number => dims.reduce((product, size) => product * size, 1);

const unary = { abs, ceil, cos, erf, exp, floor, log, neg, reciprocal, relu, rsqrt, sigmoid, sin, sqrt, square, tanh };
const binary = {
  add,
  sub,
  mul,
  div,
  maximum,
  minimum,
  squaredDifference,
  equal,
  notEqual,
  greater,
  greaterEqual,
  less,
  lessEqual,
};

describe.each(Object.entries<(x: Tensor) => Tensor>(unary))('%s', (_, compute) => {
  it('is that of the cpu backend, wherever special values stand', async () => {
    await fc.assert(
      fc.asyncProperty(shape, seed, fc.array(place, { maxLength: 3 }), async (dims, chosen, places) => {
        const values = numbers(sizeOf(dims), chosen, places);
        await expectSameAsCpu(() => compute(tensor(values, dims)), { isNative: true });
      }),
      { seed: 21, numRuns },
    );
  });

  it('keeps special values in the middle of long rows', async () => {
    const values = numbers(
      3 * 517,
      1,
      specials.map((value, i) => [i * 91 + 5, value]),
    );
    await expectSameAsCpu(() => compute(tensor(values, [3, 517])), { isNative: true });
  });
});

describe.each(Object.entries<(a: Tensor, b: Tensor) => Tensor>(binary))('%s', (_, compute) => {
  it('broadcasts as the cpu backend does', async () => {
    /** Both shapes with some axes of 1, and the second without some of the first. */
    const pair = fc.array(fc.tuple(fc.integer({ min: 1, max: 5 }), fc.boolean(), fc.boolean()), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(
        pair,
        fc.nat(5),
        seed,
        fc.array(place, { maxLength: 4 }),
        async (axes, dropped, chosen, places) => {
          const first = axes.map(([size, isOne]) => (isOne ? 1 : size));
          const second = axes.map(([size, , isOne]) => (isOne ? 1 : size)).slice(dropped);
          // Small numbers, so that some are equal.
          const a = numbers(sizeOf(first), chosen, places).map(Math.round);
          const b = numbers(sizeOf(second), chosen + 1, places.slice(2)).map(Math.round);
          await expectSameAsCpu(() => compute(tensor(a, first), tensor(b, second)), { isNative: true });
        },
      ),
      { seed: 22, numRuns },
    );
  });

  it('puts every special value beside every other', async () => {
    const a = specials.flatMap((value) => specials.map(() => value));
    const b = specials.flatMap(() => specials);
    await expectSameAsCpu(() => compute(tensor(a), tensor(b)), { isNative: true });
  });

  it('leaves integers to the cpu kernel, with their dtype', async () => {
    const [a, b] = [
      [3, -7, 2 ** 30, 5],
      [2, 4, 2 ** 30, 5],
    ] as const;
    await expectSameAsCpu(() => compute(tensor([...a], [4], 'int32'), tensor([...b], [4], 'int32')));
  });
});

describe('elementwise kernels', () => {
  it('compute many values on several threads', async () => {
    const [rows, columns] = [256, 257]; // times 8 for broadcasting, enough work for two threads
    const values = numbers(rows * columns, 3, [
      [rows * 128, NaN],
      [rows * columns - 1, Infinity],
    ]);
    await expectSameAsCpu(() => add(tensor(values, [rows, columns]), tensor(numbers(columns, 4))), { isNative: true });
    await expectSameAsCpu(() => tanh(tensor(values)), { isNative: true });
  });

  it('give empty tensors for empty tensors', async () => {
    await expectSameAsCpu(() => [
      exp(tensor([], [0, 3])),
      add(tensor([], [0, 3]), tensor([1, 2, 3])),
      equal(tensor([], [2, 0]), tensor([], [2, 0])),
      addN([tensor([], [0]), tensor([], [0])]),
      clipByValue(tensor([], [0]), 0, 1),
    ]);
  });

  it('clip by limits, infinite and equal ones too', async () => {
    const values = [...specials, ...numbers(100, 5)];
    for (const [low, high] of [
      [-1, 1],
      [0, 0],
      [-Infinity, 0.5],
      [-0.5, Infinity],
    ] as const) {
      await expectSameAsCpu(() => clipByValue(tensor(values), low, high), { isNative: low !== high });
    }
  });

  it('add up several tensors', async () => {
    await expectSameAsCpu(() => addN([1, 2, 3, 4].map((chosen) => tensor(numbers(60, chosen, [[7, NaN]]), [3, 20]))), {
      isNative: true,
    });
  });

  it('choose by a condition without touching what was not chosen', async () => {
    const condition = specials.map((_, i) => i % 2 === 0);
    const ones = specials.map(() => 1);
    await expectSameAsCpu(
      () => [
        where(tensor(condition, undefined, 'bool'), tensor(specials), tensor(ones)),
        where(tensor(condition, undefined, 'bool'), tensor(ones), tensor(specials)),
        where(
          tensor([true, false, true], [3, 1], 'bool'),
          tensor(numbers(12, 1), [3, 4]),
          tensor(numbers(12, 2), [3, 4]),
        ),
      ],
      { isNative: true },
    );
  });

  it('refuse shapes that do not broadcast', () => {
    expect(() => add(tensor([1, 2, 3]), tensor([1, 2]))).toThrow('could not be broadcast');
  });
});
