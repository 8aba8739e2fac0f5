import { expectTensorsClose, useBackend } from '@crossmodal/testing';
import { type Tensor } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { deriveSeed, uniformAt } from './deriveSeed.js';
import { normalInitializer, ones, xavierUniform, zeros } from './initializers.js';

beforeAll(() => useBackend('cpu'));

describe('deriveSeed', () => {
  it('never changes: old checkpoints depend on it', () => {
    expect([deriveSeed(0), deriveSeed(42, 'layer', 0), deriveSeed(-1, 2 ** 40)]).toMatchInlineSnapshot(`
      [
        1340438722,
        2138368232,
        113093003,
      ]
    `);
    expect([uniformAt(0, 0), uniformAt(42, 7), uniformAt(2 ** 31, 2 ** 31)]).toMatchInlineSnapshot(`
      [
        0.43850944482255727,
        0.32007981499191374,
        0.5172108515398577,
      ]
    `);
  });

  it('tells seeds, salts, their kinds, order and borders apart', () => {
    const seeds = [
      deriveSeed(1),
      deriveSeed(2),
      deriveSeed(2 ** 32 + 1),
      deriveSeed(1, 1),
      deriveSeed(1, '1'),
      deriveSeed(1, ''),
      deriveSeed(1, 'ab', 'c'),
      deriveSeed(1, 'a', 'bc'),
      deriveSeed(1, 'c', 'ab'),
      deriveSeed(1, 2 ** 32 + 1),
    ];
    expect(new Set(seeds).size).toBe(seeds.length);
    expect(seeds.every((seed) => Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32)).toBe(true);
  });
});

describe('uniformAt', () => {
  it('fills ten bins evenly and does not follow its neighbours or related seeds', () => {
    const count = 20_000;
    const bins = new Array<number>(10).fill(0);
    let lag = 0;
    let related = 0;
    for (let i = 0; i < count; i += 1) {
      const value = uniformAt(3, i);
      const bin = Math.floor(value * 10);
      bins[bin] = (bins[bin] ?? 0) + 1;
      lag += (value - 0.5) * (uniformAt(3, i + 1) - 0.5);
      related += (value - 0.5) * (uniformAt(4, i) - 0.5);
    }
    // Chi-square with 9 degrees of freedom exceeds 27.9 once in a thousand.
    const chiSquare = bins.reduce((total, found) => total + (found - count / 10) ** 2 / (count / 10), 0);
    expect(chiSquare).toBeLessThan(27.9);
    // Correlations of 20,000 independent draws stay within four standard errors.
    expect(Math.abs((12 * lag) / count)).toBeLessThan(4 / Math.sqrt(count));
    expect(Math.abs((12 * related) / count)).toBeLessThan(4 / Math.sqrt(count));
  });
});

describe('initializers', () => {
  const moments = async (x: Tensor): Promise<{ mean: number; std: number; largest: number }> => {
    const values = [...(await x.data())];
    const mean = values.reduce((total, value) => total + value, 0) / values.length;
    const variance = values.reduce((total, value) => total + (value - mean) ** 2, 0) / values.length;
    return { mean, std: Math.sqrt(variance), largest: Math.max(...values.map(Math.abs)) };
  };

  it('have the stated distribution', async () => {
    const normal = await moments(normalInitializer(0.02)([100, 100], 1));
    // Within four standard errors of 10,000 draws.
    expect(Math.abs(normal.mean)).toBeLessThan(4 * 0.02 * 0.01);
    expect(Math.abs(normal.std / 0.02 - 1)).toBeLessThan(4 / Math.sqrt(20_000));
    const limit = Math.sqrt(6 / 150);
    const uniform = await moments(xavierUniform([50, 100], 1));
    expect(uniform.largest).toBeLessThanOrEqual(limit);
    expect(uniform.largest).toBeGreaterThan(0.99 * limit);
    expect(uniform.std).toBeCloseTo(limit / Math.sqrt(3), 2);
  });

  it('depend on the seed alone', async () => {
    for (const initializer of [normalInitializer(1), xavierUniform]) {
      await expectTensorsClose(initializer([3, 2], 7), initializer([3, 2], 7), 0);
      await expect(expectTensorsClose(initializer([3, 2], 8), initializer([3, 2], 7))).rejects.toThrow('6 of 6 values');
    }
    await expectTensorsClose(zeros([2]), { shape: [2], values: [0, 0] }, 0);
    await expectTensorsClose(ones([2]), { shape: [2], values: [1, 1] }, 0);
  });
});
