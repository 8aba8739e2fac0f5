import { type Computation, type Computed, computeOn, seededNormalValues } from '@crossmodal/testing';
import { expect, it } from 'vitest';
import { dropout } from './dropout.js';

const sizes = [1, 5, 2 ** 13 - 1, 2 ** 13, 2 ** 13 + 1, 3 * 2 ** 13 + 6];
const streams = [
  { rate: 1e-9, seed: 1 },
  { rate: 0.1, seed: 0 },
  { rate: 0.5, seed: -7 },
  { rate: 0.37, seed: 2 ** 40 + 3 },
  { rate: 1 - 1e-9, seed: 12 },
];

/** Of every value, with the sign of zero and whether it is NaN. */
const bitsOf = ({ value, gradients }: Computed): string[] =>
  [value, ...gradients].map(({ values }) => {
    const floats = Float32Array.from(values, (each) => (Number.isNaN(each) ? NaN : each)); // of one kind
    return Buffer.from(floats.buffer).toString('base64');
  });

it.each(streams)('drops the same values bit for bit on onnxruntime: $rate of seed $seed', async ({ rate, seed }) => {
  for (const size of sizes) {
    const values = seededNormalValues(size, size);
    values.set([NaN, Infinity, -Infinity, 0, -0].slice(0, size)); // times 0 they are NaN, NaN, NaN, 0 and -0
    const run: Computation['run'] = ([x]) => dropout(x, rate, seed);
    const each = { inputs: [{ shape: [size], values }], run };
    const composed = await computeOn('cpu', each);
    const fused = await computeOn('onnxruntime', each);
    expect(fused.kernels).toContain('CrossmodalDropout');
    expect(bitsOf(fused)).toEqual(bitsOf(composed));
  }
});
