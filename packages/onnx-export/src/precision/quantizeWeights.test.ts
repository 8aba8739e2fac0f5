import '@tensorflow/tfjs-backend-cpu';
import { matMul, reshape, setBackend, tensor2d, type Tensor, type Tensor2D, variable } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { runOnnx } from '../__fixtures__/runOnnx.js';
import { exportOnnx } from '../exportOnnx.js';

const wave = (rows: number, columns: number, step: number): Tensor2D =>
  tensor2d(
    Float32Array.from({ length: rows * columns }, (_, i) => Math.sin(i * step) * (1 + (i % columns))),
    [rows, columns],
  );

/** The definition in plain numbers: https://onnx.ai/onnx/operators/onnx__DynamicQuantizeLinear.html for `x`. */
function quantizedProduct(x: number[][], weight: number[][]): number[][] {
  const all = x.flat();
  const [low, high] = [Math.min(0, ...all), Math.max(0, ...all)];
  const scale = Math.fround((high - low) / 255);
  const zero = Math.round(-low / scale);
  return x.map((row) =>
    weight[0]!.map((_, o) => {
      const own = Math.max(...weight.map((line) => Math.abs(line[o]!))) / 63;
      const products = row.map(
        (value, i) => (Math.round(value / scale) + zero - zero) * Math.round(weight[i]![o]! / own),
      );
      return products.reduce((sum, product) => sum + product, 0) * scale * own;
    }),
  );
}

describe('precision int8', () => {
  beforeAll(() => setBackend('cpu'));

  it('computes with whole numbers: seven bits and a scale for each output, eight bits for inputs', async () => {
    const weight = variable(wave(24, 5, 0.7));
    const call = ({ x }: Readonly<Record<string, Tensor>>) => ({ y: matMul(reshape(x!, [-1, 24]), weight) });
    const inputs = { x: { dtype: 'float32', shape: ['batch', 24] } } as const;
    const parameters = new Map([['weight', weight]]);
    const bytes = await exportOnnx({ inputs, call, parameters, precision: 'int8' });
    const x = wave(3, 24, 0.31);
    const y = (await runOnnx(bytes, { x })).get('y')!;
    const expected = quantizedProduct(await x.array(), await (weight as unknown as Tensor2D).array());
    const exact = (await matMul(x, weight as unknown as Tensor2D).array()) as number[][];
    const found = (await y.array()) as number[][];
    const largest = Math.max(...exact.flat().map(Math.abs));
    let moved = 0;
    for (const [row, values] of expected.entries()) {
      for (const [column, value] of values.entries()) {
        expect(Math.abs(found[row]![column]! - value) / largest).toBeLessThan(1e-5);
        moved = Math.max(moved, Math.abs(exact[row]![column]! - value) / largest);
      }
    }
    // Whole numbers, and near the exact product nevertheless.
    expect(moved).toBeGreaterThan(1e-5);
    expect(moved).toBeLessThan(0.04);
  });

  it('takes a quarter of the bytes, and drops the float32 weights', async () => {
    const weight = variable(wave(200, 100, 0.7));
    const inputs = { x: { dtype: 'float32', shape: ['batch', 200] } } as const;
    const parameters = new Map([['weight', weight]]);
    const call = ({ x }: Readonly<Record<string, Tensor>>) => ({
      y: matMul(x as Tensor2D, weight as unknown as Tensor2D),
    });
    const sizeOf = async (precision: 'float32' | 'int8') =>
      (await exportOnnx({ inputs, call, parameters, precision })).length;
    expect((await sizeOf('int8')) / (await sizeOf('float32'))).toBeLessThan(0.28);
  });

  it('refuses weights that are not finite', async () => {
    const weight = variable(tensor2d([[1, Infinity]]));
    const options = {
      inputs: { x: { dtype: 'float32', shape: ['batch', 1] } },
      call: ({ x }: Readonly<Record<string, Tensor>>) => ({ y: matMul(x as Tensor2D, weight as unknown as Tensor2D) }),
      parameters: new Map([['weight', weight]]),
    } as const;
    await expect(exportOnnx({ ...options, precision: 'int8' })).rejects.toThrow(
      'exportOnnx: precision int8: weight weight must be finite, got Infinity.',
    );
  });
});
