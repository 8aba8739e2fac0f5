import {
  fused,
  matMul,
  removeBackend,
  reshape,
  round,
  setBackend,
  slice,
  stack,
  tensor,
  type Tensor,
  type Rank,
  tidy,
} from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { registerOnnxRuntimeBackend } from '../registerOnnxRuntimeBackend.js';
import { expectSameAsCpu, numbers, startOnnxRuntime } from '../__comparison__/compareWithCpu.js';

const numRuns = process.env.CROSSMODAL_VERIFY ? 120 : 20;
const sizeOf = (dims: readonly number[]): number => dims.reduce((product, size) => product * size, 1);
const size = fc.integer({ min: 1, max: 17 });
const place = fc.tuple(fc.nat(1000), fc.constantFrom(NaN, Infinity, -Infinity, -0, 1e-40));

/** The same matrices, stored as they are or transposed. */
function matrix(batch: readonly number[], rows: number, columns: number, isTransposed: boolean, seed: number): Tensor {
  const dims = [...batch, ...(isTransposed ? [columns, rows] : [rows, columns])];
  return tensor(numbers(sizeOf(dims), seed), dims);
}

describe('products of matrices', () => {
  it('are those of the cpu backend, transposed and broadcast over batches', async () => {
    const batch = fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 2 });
    await fc.assert(
      fc.asyncProperty(
        batch,
        fc.tuple(fc.nat(2), fc.nat(2)),
        fc.tuple(size, size, size),
        fc.tuple(fc.boolean(), fc.boolean(), fc.nat(100)),
        async (lengths, [onesOfA, onesOfB], [m, k, n], [transposeA, transposeB, seed]) => {
          // One side repeats: its first axes are 1.
          const [batchA, batchB] = [onesOfA, onesOfA === 0 ? onesOfB : 0].map((ones) =>
            lengths.map((length, axis) => (axis < ones ? 1 : length)),
          );
          await expectSameAsCpu(
            () => {
              const a = matrix(batchA ?? [], m, k, transposeA, seed);
              const b = matrix(batchB ?? [], k, n, transposeB, seed + 1);
              return matMul(a, b, transposeA, transposeB);
            },
            { magnitude: 9 * k, isNative: true },
          );
        },
      ),
      { seed: 41, numRuns },
    );
  });

  it('broadcast over inner axes of a batch too, which the cpu backend takes in the wrong order, at any size', async () => {
    removeBackend('onnxruntime');
    registerOnnxRuntimeBackend({ smallestWork: Infinity });
    await setBackend('onnxruntime');
    try {
      tidy(() => {
        // Whole numbers: sums are exact in any order.
        const [a, b] = [round(matrix([2, 1], 3, 4, false, 1)), round(matrix([2, 2], 4, 5, false, 2))];
        const products = [0, 1].flatMap((i) =>
          [0, 1].map((j) => matMul(reshape(slice(a, i, 1), [3, 4]), reshape(slice(b, [i, j], [1, 1]), [4, 5]))),
        );
        expect(matMul(a, b).arraySync()).toEqual(reshape(stack(products), [2, 2, 3, 5]).arraySync());
      });
    } finally {
      removeBackend('onnxruntime');
    }
  });

  it('keep special values in their rows and columns', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(place, { minLength: 1, maxLength: 3 }), async (places) => {
        await expectSameAsCpu(() => matMul(tensor(numbers(60, 1, places), [4, 15]), tensor(numbers(45, 2), [15, 3])), {
          magnitude: 9 * 15,
          isNative: true,
        });
      }),
      { seed: 42, numRuns },
    );
  });

  it.each(['linear', 'relu', 'sigmoid', 'elu', 'relu6'] as const)(
    'take a bias and the activation %s',
    async (activation) => {
      const isNative = activation !== 'elu' && activation !== 'relu6';
      for (const isBiased of [true, false]) {
        await expectSameAsCpu(
          () => {
            const bias = isBiased ? { bias: tensor<Rank.R1>(numbers(7, 3)) } : {};
            const [a, b] = [tensor(numbers(5 * 9, 1), [5, 9]), tensor(numbers(9 * 7, 2), [9, 7])];
            return fused.matMul({ a, b, activation, ...bias });
          },
          { magnitude: 9 * 9, isNative },
        );
      }
    },
  );

  it('are computed on several threads', async () => {
    await expectSameAsCpu(
      () => matMul(tensor(numbers(200 * 210, 1), [200, 210]), tensor(numbers(210 * 190, 2), [210, 190])),
      {
        magnitude: 9 * 210,
        isNative: true,
      },
    );
  });

  it('are zero where nothing is summed, and empty where nothing is wanted', async () => {
    await expectSameAsCpu(() => [
      matMul(tensor([], [3, 0]), tensor([], [0, 2])),
      matMul(tensor([], [0, 4]), tensor(numbers(8, 1), [4, 2])),
      matMul(tensor([], [0, 2, 3]), tensor(numbers(3, 1), [1, 3, 1])),
    ]);
  });

  it('refuse sides that do not fit, and keep no memory for them', async () => {
    const backend = await startOnnxRuntime();
    const [a, b] = [tensor(numbers(2 ** 14, 1), [128, 128]), tensor(numbers(2 ** 13, 1), [64, 128])];
    const before = backend.pool.lentBytes;
    expect(() => matMul(a, b)).toThrow('inner shapes (128) and (64)');
    expect(backend.pool.lentBytes).toBe(before);
    a.dispose();
    b.dispose();
  });
});
