import { readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import loadWabt from 'wabt';
import { testImage } from '../__fixtures__/testImage.js';
import { type KernelFilter } from '../ResampleFilter.js';
import { plainPasses } from './plainPasses.js';
import { type PixelRows } from './ResamplePasses.js';
import { resampleBytes } from './resampleBytes.js';
import { resampleWeights } from './resampleWeights.js';
import { SimdPasses } from './SimdPasses.js';

const simd = new SimdPasses(new WebAssembly.Module(resampleBytes()));

// Odd counts of taps, of rows and of bytes; the last ones are more than the kernel takes at once.
const sizes: readonly (readonly [from: number, to: number, others: number])[] = [
  [1, 1, 1],
  [1, 9, 2],
  [7, 3, 3],
  [5, 11, 4],
  [64, 33, 5],
  [64, 7, 6],
  [301, 20, 1],
  [4001, 1, 7],
  [70_000, 9, 9],
  [9, 8000, 201],
];
const filters: readonly KernelFilter[] = ['lanczos', 'bilinear', 'bicubic', 'box', 'hamming'];

describe('SimdPasses', () => {
  it.each(sizes)('gives the bytes of JavaScript: %d to %d, %d at once', (from, to, others) => {
    for (const filter of filters) {
      // Only a part of the new pixels, as for a crop.
      const start = Math.floor(to / 4);
      const weights = resampleWeights({ from, to, start, length: Math.ceil(to / 2) }, filter);
      const wide = { data: testImage(from, others, to).data, stride: from * 3 };
      expectSame(simd.columns(wide, weights), plainPasses.columns(wide, weights));

      const firstRow = weights.starts[0] ?? 0;
      const tall = { data: testImage(others, from - firstRow, to).data, stride: others * 3 };
      expectSame(simd.rows(tall, weights, firstRow), plainPasses.rows(tall, weights, firstRow));
    }
  });

  it('adds up the largest sums that pixels and weights can make', () => {
    for (const value of [0, 255]) {
      const data = new Uint8Array(4001 * 3).fill(value);
      const weights = resampleWeights({ from: 4001, to: 2, start: 0, length: 2 }, 'lanczos');
      expect(simd.columns({ data, stride: data.length }, weights).data).toEqual(new Uint8Array(6).fill(value));
      expect(simd.rows({ data, stride: 3 }, weights, 0).data).toEqual(new Uint8Array(6).fill(value));
    }
  });

  it('keeps no more memory than usual pictures need', () => {
    const grow = vi.spyOn(WebAssembly.Memory.prototype, 'grow');
    const growthsOf = (rows: number) => {
      const before = grow.mock.calls.length;
      const weights = resampleWeights({ from: rows, to: 1, start: 0, length: 1 }, 'box');
      simd.rows({ data: new Uint8Array(rows * 60_000), stride: 60_000 }, weights, 0);
      return grow.mock.calls.length - before;
    };
    growthsOf(4);
    expect(growthsOf(4)).toBe(0);
    // 24 megabytes at once: the next picture begins with a small memory again.
    expect(growthsOf(400)).toBe(1);
    expect(growthsOf(4)).toBe(1);
    grow.mockRestore();
  });

  it('is the text that it is made from', async () => {
    const wabt = await loadWabt();
    const text = readFileSync(new URL('resample.wat', import.meta.url), 'utf8');
    const module = wabt.parseWat('resample.wat', text, { simd: true });
    expect(new Uint8Array(module.toBinary({}).buffer)).toEqual(resampleBytes());
  });
});

function expectSame(actual: PixelRows, expected: PixelRows): void {
  expect(actual.stride).toBe(expected.stride);
  expect(actual.data).toHaveLength(expected.data.length);
  // toEqual takes minutes for some megabytes.
  expect(Buffer.compare(actual.data, expected.data)).toBe(0);
}
