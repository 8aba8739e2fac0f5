import { readFileSync } from 'node:fs';
import { backend, getKernel, matMul, memory, tensor, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import loadWabt from 'wabt';
import { startBackend } from '../startBackend.js';
import { batchedMatMulBytes } from './batchedMatMulBytes.js';
import { multiplierOf } from './multiplierOf.js';
import { registerBatchedMatMul } from './registerBatchedMatMul.js';

/** Values without structure that a wrong stride could hide behind. */
function wave(shape: number[], frequency: number): Tensor {
  const size = shape.reduce((product, length) => product * length, 1);
  return tensor(
    Float32Array.from({ length: size }, (_, i) => Math.sin(frequency * i + 1)),
    shape,
  );
}

/** In float64, one sum after the other. */
function multiplySlowly(
  a: Float32Array,
  b: Float32Array,
  groups: number,
  rows: number,
  inner: number,
  columns: number,
) {
  return Float32Array.from({ length: groups * rows * columns }, (_, at) => {
    const [group, row, column] = [Math.floor(at / (rows * columns)), Math.floor(at / columns) % rows, at % columns];
    let sum = 0;
    for (let k = 0; k < inner; k++) {
      sum += (a[(group * rows + row) * inner + k] ?? 0) * (b[(group * inner + k) * columns + column] ?? 0);
    }
    return sum;
  });
}

describe('registerBatchedMatMul', () => {
  beforeAll(async () => {
    await startBackend('wasm');
  });

  it('runs on the memory of the backend', () => {
    expect(multiplierOf(backend())).toBeTypeOf('function');
  });

  // Widths on both sides of what is done 16, 4 and 1 at a time.
  it.each([
    [[2, 4], 37, 16, 37],
    [[2, 4], 37, 37, 16],
    [[3], 1, 1, 1],
    [[5], 3, 7, 23],
    [[2], 2, 50, 3],
    [[2, 1, 2], 4, 5, 65],
  ])('multiplies batches %j of %d x %d by x %d', async (batch, rows, inner, columns) => {
    const a = wave([...batch, rows, inner], 0.7);
    const b = wave([...batch, inner, columns], 1.3);
    const product = matMul(a, b);
    expect(product.shape).toEqual([...batch, rows, columns]);
    const groups = batch.reduce((total, size) => total * size, 1);
    const [left, right] = [await a.data(), await b.data()] as [Float32Array, Float32Array];
    const wanted = multiplySlowly(left, right, groups, rows, inner, columns);
    (await product.data()).forEach((value, at) => expect(value).toBeCloseTo(wanted[at] ?? NaN, 4));
  });

  it.each([
    ['transposed', () => matMul(wave([2, 3, 4], 0.7), wave([2, 5, 4], 1.3), false, true), [2, 3, 5]],
    ['broadcast', () => matMul(wave([2, 3, 4], 0.7), wave([1, 4, 5], 1.3)), [2, 3, 5]],
    ['single', () => matMul(wave([1, 3, 4], 0.7), wave([1, 4, 5], 1.3)), [1, 3, 5]],
    ['empty', () => matMul(wave([2, 0, 4], 0.7), wave([2, 4, 5], 1.3)), [2, 0, 5]],
  ])('leaves %s products to the backend', (_, multiply, shape) => {
    expect(tidy(multiply).shape).toEqual(shape);
  });

  it('keeps NaN and infinities', async () => {
    const a = tensor([NaN, 1, Infinity, 0], [2, 1, 2]);
    const b = tensor([1, 1, 2, 2], [2, 2, 1]);
    expect([...(await matMul(a, b).data())]).toEqual([NaN, Infinity]);
  });

  it('makes one tensor and nothing else', () => {
    const [a, b] = [wave([2, 3, 4], 0.7), wave([2, 4, 5], 1.3)];
    const before = memory().numTensors;
    matMul(a, b).dispose();
    expect(memory().numTensors).toBe(before);
  });

  it('registers once', () => {
    const kernel = getKernel('BatchMatMul', 'wasm');
    registerBatchedMatMul();
    expect(getKernel('BatchMatMul', 'wasm')).toBe(kernel);
  });

  it('finds no routine on a heap that is hidden or shared between threads', () => {
    const shared = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
    for (const wasm of [undefined, {}, { asm: {} }, { asm: { memory: shared } }]) {
      expect(multiplierOf({ wasm })).toBeUndefined();
    }
  });

  it('is compiled from its source', async () => {
    const wabt = await loadWabt();
    const source = readFileSync(new URL('./batchedMatMul.wat', import.meta.url), 'utf8');
    const { buffer } = wabt.parseWat('batchedMatMul.wat', source, { simd: true }).toBinary({});
    expect(Buffer.from(batchedMatMulBytes()).equals(Buffer.from(buffer))).toBe(true);
  });
});
