import '@tensorflow/tfjs-backend-cpu';
import {
  add,
  gather,
  matMul,
  setBackend,
  tensor1d,
  tensor2d,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  variable,
} from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { runOnnx } from '../__fixtures__/runOnnx.js';
import { exportOnnx, exportOnnxFiles, type ExportOnnxOptions } from '../exportOnnx.js';

const wave = (rows: number, columns: number, step: number): Tensor2D =>
  tensor2d(
    Float32Array.from({ length: rows * columns }, (_, i) => Math.sin(i * step) * (1 + (i % columns))),
    [rows, columns],
  );

/** Rows of a table as they come back out of a model. */
function rowsOf(table: Tensor2D): ExportOnnxOptions {
  const weight = variable(table);
  return {
    inputs: { rows: { dtype: 'int32', shape: ['batch'] } },
    call: ({ rows }) => ({ y: gather(weight, rows as Tensor1D) }),
    parameters: new Map([['table', weight]]),
    precision: 'float16',
  };
}

const firstRow = () => tensor1d([0], 'int32');

/** A table of `16 x 16` that begins with these values. */
const tableOf = (first: readonly number[]): Tensor2D =>
  tensor2d([...first, ...new Array<number>(256 - first.length).fill(0.5)], [16, 16]);

describe('precision float16', () => {
  beforeAll(() => setBackend('cpu'));

  it('rounds to the nearest half, ties to even, down into the subnormals', async () => {
    // As NumPy 2.4 gives them: np.float32(...).astype(np.float16).astype(np.float32).
    const golden: readonly (readonly [number, number])[] = [
      [0.1, 0.0999755859375],
      [-1 / 3, -0.333251953125],
      [1 + 2 ** -11, 1],
      [1 + 3 * 2 ** -11, 1 + 2 ** -9],
      [1 + 2 ** -11 + 2 ** -20, 1 + 2 ** -10],
      [65_504, 65_504],
      [65_519, 65_504],
      [-65_519, -65_504],
      [6.0e-8, 2 ** -24],
      [2 ** -25, 0],
      [2 ** -25 * 1.001, 2 ** -24],
      [3 * 2 ** -25, 2 ** -23],
      [2 ** -14 - 2 ** -26, 2 ** -14],
      [Infinity, Infinity],
      [-0, -0],
    ];
    const bytes = await exportOnnx(rowsOf(tableOf(golden.map(([value]) => value))));
    const y = (await runOnnx(bytes, { rows: firstRow() })).get('y')!;
    const found = Array.from(await y.data()).slice(0, golden.length);
    expect(found).toEqual(golden.map(([, half]) => half));
  });

  it('multiplies in float32: only the rounding of weights shows', async () => {
    const weight = variable(wave(200, 30, 0.7));
    const bias = variable(wave(1, 30, 0.3));
    const call = ({ x }: Readonly<Record<string, Tensor>>) => ({
      y: add(matMul(x as Tensor2D, weight as unknown as Tensor2D), bias),
    });
    const options = {
      inputs: { x: { dtype: 'float32', shape: ['batch', 200] } },
      call,
      parameters: new Map([['weight', weight], ['bias', bias]]), // prettier-ignore
    } as const;
    const bytes = await exportOnnx({ ...options, precision: 'float16' });
    const x = wave(4, 200, 0.31);
    const found = (await (await runOnnx(bytes, { x })).get('y')!.array()) as number[][];
    const exact = (await call({ x }).y.array()) as number[][];
    const [values, weights] = [await x.array(), await (weight as unknown as Tensor2D).array()];
    let moved = 0;
    for (const [row, line] of found.entries()) {
      for (const [column, value] of line.entries()) {
        // A weight moves by at most half of float16's epsilon, 2^-11 of itself; the rest is the order of float32 sums.
        const sum = values[row]!.reduce((total, each, i) => total + Math.abs(each * weights[i]![column]!), 0);
        const difference = Math.abs(value - exact[row]![column]!);
        expect(difference).toBeLessThan(sum * (2 ** -11 + 1e-6));
        moved = Math.max(moved, difference / sum);
      }
    }
    expect(moved).toBeGreaterThan(1e-6);
  });

  it('takes half of the bytes', async () => {
    const sizeOf = async (precision: 'float32' | 'float16') =>
      (await exportOnnx({ ...rowsOf(wave(200, 100, 0.7)), precision })).length;
    expect((await sizeOf('float16')) / (await sizeOf('float32'))).toBeLessThan(0.51);
  });

  it.each([
    ['a value that would become infinite', [65_520]],
    ['a value far beyond', [-1e30]],
  ])('keeps and names a matrix with %s, bit for bit', async (_, first) => {
    const table = tableOf(first);
    const { model, keptFloat32 } = await exportOnnxFiles(rowsOf(table));
    expect(keptFloat32).toEqual(['table']);
    const y = (await runOnnx(model, { rows: firstRow() })).get('y')!;
    expect(await y.data()).toEqual((await table.data()).slice(0, 16));
  });

  it('keeps and names a matrix of nothing but subnormal halves', async () => {
    const table = tensor2d(new Array<number>(256).fill(3e-5), [16, 16]);
    expect((await exportOnnxFiles(rowsOf(table))).keptFloat32).toEqual(['table']);
  });

  it('leaves small tensors exact: their bytes do not count, and masks would overflow', async () => {
    const table = tensor2d([
      [-1e9, 0.1],
      [1, 2],
    ]);
    const { model, keptFloat32 } = await exportOnnxFiles(rowsOf(table));
    const y = (await runOnnx(model, { rows: firstRow() })).get('y')!;
    expect(await y.data()).toEqual((await table.data()).slice(0, 2));
    expect(keptFloat32).toEqual([]);
  });
});
