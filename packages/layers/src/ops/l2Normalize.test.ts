import { backendsUnderTest, checkGradients, expectTensorsClose, onBackends, seededNormal } from '@crossmodal/testing';
import { grad, sum, tensor, type Tensor } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { expectGoldenCase, readOpsGolden } from '../__golden__/expectGoldenCase.js';
import { expectLeakFree } from '../__golden__/expectLeakFree.js';
import { l2Normalize } from './l2Normalize.js';

onBackends(backendsUnderTest(), () => {
  it('equals PyTorch', async () => {
    await expectGoldenCase({
      golden: await readOpsGolden(),
      name: 'l2Normalize',
      inputs: ['x'],
      compute: ([x]) => ({ y: l2Normalize(x!) }),
    });
  });

  it('agrees with finite differences and leaves nothing behind', async () => {
    await checkGradients((x) => l2Normalize(x), [seededNormal([2, 3, 6], 1)]);
    await expectLeakFree((x) => l2Normalize(x), [seededNormal([2, 3, 6], 1)]);
  });

  it('gives zeros for zeros, with the slope of a division by epsilon', async () => {
    const zero = tensor([[0, 0]]);
    await expectTensorsClose(l2Normalize(zero, 1e-3), { shape: [1, 2], values: [0, 0] }, 0);
    const slope = grad((x: Tensor) => sum(l2Normalize(x, 1e-3)))(zero);
    await expectTensorsClose(slope, { shape: [1, 2], values: [1000, 1000] }, 1e-2);
  });
});

it('refuses an epsilon whose square is no float32', () => {
  expect(() => l2Normalize(tensor([1]), 1e-20)).toThrow('l2Normalize: epsilon must be at least 1e-18, got 1e-20.');
});
