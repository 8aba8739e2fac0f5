import {
  cast,
  concat,
  type DataType,
  gather,
  pad,
  slice,
  split,
  tensor,
  type Tensor,
  transpose,
  unsortedSegmentSum,
  unstack,
} from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectSameAsCpu, numbers, startOnnxRuntime } from '../__comparison__/compareWithCpu.js';

const numRuns = process.env.CROSSMODAL_VERIFY ? 120 : 20;
const sizeOf = (dims: readonly number[]): number => dims.reduce((product, size) => product * size, 1);
const dtypes = ['float32', 'int32', 'bool'] as const;
const dtype = fc.constantFrom(...dtypes);

/** Values of a dtype in which no two neighbours are equal; a NaN stands among the float32 ones. */
function filled(dims: readonly number[], type: DataType, seed: number): Tensor {
  const values = numbers(sizeOf(dims), seed, type === 'float32' ? [[seed, NaN]] : []);
  if (type === 'bool')
    return tensor(
      Uint8Array.from(values, (value) => Number(value > 0)),
      [...dims],
      'bool',
    );
  return type === 'int32'
    ? tensor(
        Int32Array.from(values, (value) => value * 1e6),
        [...dims],
        'int32',
      )
    : tensor(values, [...dims]);
}

/** For each axis its length and a number in [0, 1) to choose a place by. */
const axes = fc.array(fc.tuple(fc.integer({ min: 1, max: 6 }), fc.nat(99), fc.nat(99)), { minLength: 1, maxLength: 5 });
const lengthsOf = (chosen: readonly (readonly [number, number, number])[]): number[] =>
  chosen.map(([length]) => length);

describe('kernels that move values', () => {
  it('transpose as the cpu backend does', async () => {
    await fc.assert(
      fc.asyncProperty(axes, dtype, async (chosen, type) => {
        const order = chosen.map((_, axis) => axis).sort((a, b) => (chosen[a]?.[1] ?? 0) - (chosen[b]?.[1] ?? 0));
        await expectSameAsCpu(() => transpose(filled(lengthsOf(chosen), type, 1), order));
      }),
      { seed: 51, numRuns },
    );
  });

  it('slice as the cpu backend does, an empty piece too', async () => {
    await fc.assert(
      fc.asyncProperty(axes, dtype, async (chosen, type) => {
        const begin = chosen.map(([length, first]) => first % (length + 1));
        const size = chosen.map(([length, first, second]) => second % (length - (first % (length + 1)) + 1));
        await expectSameAsCpu(() => slice(filled(lengthsOf(chosen), type, 2), begin, size));
      }),
      { seed: 52, numRuns },
    );
  });

  it('slice long rows, whole planes and to the end', async () => {
    await expectSameAsCpu(() => {
      const x = filled([5, 7, 41], 'float32', 3);
      return [
        slice(x, [1, 2, 3], [3, 4, 36]),
        slice(x, [2, 0, 0], [2, 7, 41]),
        slice(x, [0, 3, 0], [-1, 2, -1]),
        slice(x, 4),
      ];
    });
  });

  it('split as the cpu backend does', async () => {
    await fc.assert(
      fc.asyncProperty(axes, dtype, async (chosen, type) => {
        const axis = (chosen[0]?.[1] ?? 0) % chosen.length;
        const length = chosen[axis]?.[0] ?? 1;
        const first = (chosen[0]?.[2] ?? 0) % (length + 1);
        await expectSameAsCpu(() => {
          const x = filled(lengthsOf(chosen), type, 4);
          return [...split(x, [first, length - first], axis), ...split(x, length, axis), ...unstack(x, axis)];
        });
      }),
      { seed: 53, numRuns },
    );
  });

  it('concatenate as the cpu backend does, with empty pieces among them', async () => {
    await fc.assert(
      fc.asyncProperty(
        axes,
        dtype,
        fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 4 }),
        async (chosen, type, pieces) => {
          const axis = (chosen[0]?.[1] ?? 0) % chosen.length;
          await expectSameAsCpu(() =>
            concat(
              pieces.map((length, i) =>
                filled(
                  lengthsOf(chosen).map((size, at) => (at === axis ? length : size)),
                  type,
                  i,
                ),
              ),
              axis,
            ),
          );
        },
      ),
      { seed: 54, numRuns },
    );
  });

  it('gather rows and columns as the cpu backend does', async () => {
    await fc.assert(
      fc.asyncProperty(axes, dtype, fc.array(fc.nat(99), { maxLength: 6 }), async (chosen, type, rows) => {
        const axis = (chosen[0]?.[1] ?? 0) % Math.min(2, chosen.length);
        const indices = rows.map((row) => row % (chosen[axis]?.[0] ?? 1));
        await expectSameAsCpu(() =>
          gather(filled(lengthsOf(chosen), type, 5), tensor(indices, [indices.length], 'int32'), axis),
        );
      }),
      { seed: 55, numRuns },
    );
  });

  it('pad as the cpu backend does', async () => {
    await fc.assert(
      fc.asyncProperty(
        axes.filter((chosen) => chosen.length <= 4),
        fc.constantFrom(0, -1.5, NaN, Infinity),
        async (chosen, value) => {
          const paddings = chosen.map(([, before, after]): [number, number] => [before % 4, after % 3]);
          await expectSameAsCpu(() => pad(filled(lengthsOf(chosen), 'float32', 6), paddings, value));
        },
      ),
      { seed: 56, numRuns },
    );
  });

  it('cast between all dtypes as the cpu backend does', async () => {
    for (const from of dtypes) {
      for (const to of dtypes) {
        await expectSameAsCpu(() => [
          cast(from === 'float32' ? tensor(numbers(40, 7)) : filled([40], from, 7), to),
          cast(tensor([], [0, 2], from), to),
          cast(tensor(1, undefined, from), to),
        ]);
      }
    }
  });

  it('sum rows by number as the cpu backend does', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(6), { minLength: 1, maxLength: 20 }),
        fc.nat(5),
        async (numbersOfRows, width) => {
          await expectSameAsCpu(
            () => {
              const rows = tensor(numbers(numbersOfRows.length * width, 8), [numbersOfRows.length, width]);
              return unsortedSegmentSum(rows, tensor(numbersOfRows, [numbersOfRows.length], 'int32'), 5);
            },
            { magnitude: 60 },
          );
        },
      ),
      { seed: 57, numRuns },
    );
  });

  it('refuse what the cpu backend refuses', async () => {
    await startOnnxRuntime();
    const x = filled([3, 4], 'float32', 9);
    expect(() => concat([x, filled([3, 5], 'float32', 9)], 0)).toThrow('does not match the shape of the rest (3,4)');
    expect(() => split(x, 3, 1)).toThrow('Number of splits must evenly divide the axis');
    expect(() => slice(x, [0, 0], [4, 1])).toThrow('begin[0] + size[0] (4) would overflow input.shape[0] (3)');
    expect(() => gather(x, tensor([3], [1], 'int32'))).toThrow('GatherV2: the index value 3 is not in [0, 2]');
    x.dispose();
  });
});
