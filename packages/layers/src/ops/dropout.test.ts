import { backendsUnderTest, checkGradients, expectTensorsClose, onBackends, seededNormal } from '@crossmodal/testing';
import { grad, ones, sum, tensor, type Tensor } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { expectCleanThrow, expectLeakFree } from '../__golden__/expectLeakFree.js';
import { uniformAt } from '../random/deriveSeed.js';
import { dropout } from './dropout.js';

onBackends(backendsUnderTest(), () => {
  it('drops exactly the places whose uniform number is below the rate', async () => {
    const values = Array.from({ length: 24 }, (_, i) => (uniformAt(5, i) < 0.25 ? 0 : 1 / 0.75));
    await expectTensorsClose(dropout(ones([2, 3, 4]), 0.25, 5), { shape: [2, 3, 4], values }, 1e-6);
  });

  it('keeps the mean and drops the stated share', async () => {
    const values = [...(await dropout(ones([200, 200]), 0.3, 11).data())];
    const dropped = values.reduce((count, value) => count + (value === 0 ? 1 : 0), 0) / values.length;
    // Four standard errors of a share of 40,000 draws.
    expect(Math.abs(dropped - 0.3)).toBeLessThan(4 * Math.sqrt((0.3 * 0.7) / 40_000));
    expect(values.find((value) => value !== 0)).toBeCloseTo(1 / 0.7, 6);
  });

  it('drops the same values in the gradient', async () => {
    const x = seededNormal([40], 1);
    const slope = grad((moved: Tensor) => sum(dropout(moved, 0.5, 3)))(x);
    await expectTensorsClose(slope, dropout(ones([40]), 0.5, 3), 0);
  });

  it('drops other values with another seed', async () => {
    const [first, second] = [await dropout(ones([64]), 0.5, 3).data(), await dropout(ones([64]), 0.5, 4).data()];
    const agreeing = first.filter((value, i) => value === second[i]).length;
    expect(agreeing).toBeGreaterThan(16);
    expect(agreeing).toBeLessThan(48);
  });

  it('changes nothing at rate 0', async () => {
    const x = seededNormal([2, 3], 1);
    await expectTensorsClose(dropout(x, 0, 1), x, 0);
  });

  it('agrees with finite differences and leaves nothing behind', async () => {
    await checkGradients((x) => dropout(x, 0.4, 7), [seededNormal([5, 3], 1)]);
    await expectLeakFree((x) => dropout(x, 0.4, 7), [seededNormal([5, 3], 1)]);
  });
});

it('refuses rates outside [0, 1) and seeds that are not integers', async () => {
  const x = tensor([1, 2]);
  await expectCleanThrow(() => dropout(x, 1, 1), 'dropout: rate must be in [0, 1), got 1.');
  await expectCleanThrow(() => dropout(x, NaN, 1), 'dropout: rate must be in [0, 1), got NaN.');
  await expectCleanThrow(() => dropout(x, 0.1, 0.5), 'dropout: seed must be an integer, got 0.5.');
});
