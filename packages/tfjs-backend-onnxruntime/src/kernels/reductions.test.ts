import { logSoftmax, max, mean, min, reshape, softmax, sum, tensor, type Tensor } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { expectSameAsCpu, numbers } from '../__comparison__/compareWithCpu.js';

const numRuns = process.env.CROSSMODAL_VERIFY ? 120 : 20;
const specials = [NaN, Infinity, -Infinity, 0, -0, 1e-40];
const seed = fc.nat(1000);
const sizeOf = (dims: readonly number[]): number => dims.reduce((product, size) => product * size, 1);

type Reduce = (x: Tensor, axis?: number[], keepDims?: boolean) => Tensor;

describe.each(Object.entries<Reduce>({ max, mean, min, sum }))('%s', (_, reduce) => {
  it('is that of the cpu backend along any axes', async () => {
    const axes = fc.array(fc.tuple(fc.integer({ min: 1, max: 6 }), fc.boolean()), { minLength: 1, maxLength: 5 });
    const places = fc.array(fc.tuple(fc.nat(5000), fc.constantFrom(...specials)), { maxLength: 2 });
    await fc.assert(
      fc.asyncProperty(axes, fc.boolean(), seed, places, async (chosen, keepDims, number, special) => {
        const dims = chosen.map(([size]) => size);
        const along = chosen.flatMap(([, isReduced], axis) => (isReduced ? [axis] : []));
        const values = numbers(sizeOf(dims), number, special);
        await expectSameAsCpu(() => reduce(tensor(values, dims), along, keepDims), { magnitude: 3 * sizeOf(dims) });
      }),
      { seed: 31, numRuns },
    );
  });

  it.each(specials)('finds %s anywhere in long rows and columns', async (special) => {
    await expectSameAsCpu(
      () =>
        [0, 1, 31, 200, 515, 516].flatMap((at) => {
          const x = tensor(numbers(517, 2, [[at, special]]));
          const [row, column, rows] = [
            [1, 517],
            [517, 1],
            [11, 47],
          ].map((dims) => reshape(x, dims));
          return [reduce(x), reduce(row!, [1]), reduce(column!, [0], true), reduce(rows!, [0])];
        }),
      { magnitude: 3 * 517, isNative: true },
    );
  });

  it('takes many values on several threads', async () => {
    const size = 2 ** 19;
    const values = numbers(size, 3);
    await expectSameAsCpu(() => reduce(tensor(values, [64, size / 64]), [1]), {
      magnitude: (3 * size) / 64,
      isNative: true,
    });
    await expectSameAsCpu(() => reduce(tensor(values, [size / 64, 64]), [0]), {
      magnitude: (3 * size) / 64,
      isNative: true,
    });
  });

  it('takes scalars, empty tensors and integers', async () => {
    await expectSameAsCpu(() => [
      reduce(tensor(5)),
      reduce(tensor([], [0, 3]), [0]),
      reduce(tensor([], [2, 0]), [0]),
      reduce(tensor([3, -4, 7, 1], [2, 2], 'int32'), [1]),
    ]);
  });
});

describe.each(Object.entries<(x: Tensor) => Tensor>({ softmax, logSoftmax }))('%s', (_, compute) => {
  it('is that of the cpu backend in rows of any length', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 70 }),
        seed,
        async (rows, length, number) => {
          const values = numbers(rows * length, number).map((value) => value * 10);
          await expectSameAsCpu(() => compute(tensor(values, [rows, length])), { magnitude: 10, isNative: true });
        },
      ),
      { seed: 32, numRuns },
    );
  });

  it.each(specials)('spoils no other row by %s', async (special) => {
    const values = numbers(11 * 47, 3, [[250, special]]);
    await expectSameAsCpu(() => compute(tensor(values, [11, 47])), { magnitude: 10, isNative: true });
  });

  it('takes rows that are masked throughout as the cpu backend does', async () => {
    await expectSameAsCpu(() => compute(tensor([-Infinity, -Infinity, -Infinity, 1, 2, -Infinity], [2, 3])), {
      isNative: true,
    });
  });

  it('takes scalars of rows and empty tensors', async () => {
    await expectSameAsCpu(() => [compute(tensor([[7]])), compute(tensor([], [0, 4]))]);
  });
});
