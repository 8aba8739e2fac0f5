import {
  backendsUnderTest,
  checkGradients,
  expectTensorsClose,
  onBackends,
  seededNormal,
  useBackend,
} from '@crossmodal/testing';
import { range, reshape, type Tensor, type Tensor3D, type Tensor4D } from '@tensorflow/tfjs-core';
import { it } from 'vitest';
import { expectCleanThrow, expectLeakFree } from '../__golden__/expectLeakFree.js';
import { mergeHeads } from './mergeHeads.js';
import { splitHeads } from './splitHeads.js';

onBackends(backendsUnderTest(), () => {
  it('gives each head neighbouring features of each position', async () => {
    const x = reshape(range(0, 12), [1, 3, 4]);
    const heads = splitHeads(x as Tensor3D, 2);
    await expectTensorsClose(heads, { shape: [1, 2, 3, 2], values: [0, 1, 4, 5, 8, 9, 2, 3, 6, 7, 10, 11] }, 0);
  });

  it('is undone by mergeHeads', async () => {
    const x = seededNormal([2, 5, 6], 1) as Tensor3D;
    await expectTensorsClose(mergeHeads(splitHeads(x, 3)), x, 0);
  });

  it('has gradients and leaves nothing behind', async () => {
    const x = seededNormal([2, 3, 6], 1);
    const heads = seededNormal([2, 3, 2, 2], 2);
    await checkGradients((moved) => splitHeads(moved as Tensor3D, 3), [x]);
    await checkGradients((moved) => mergeHeads(moved as Tensor4D), [heads]);
    await expectLeakFree((moved) => splitHeads(moved as Tensor3D, 3), [x]);
    await expectLeakFree((moved) => mergeHeads(moved as Tensor4D), [heads]);
  });
});

it('names what does not fit', async () => {
  await useBackend('cpu');
  const x = seededNormal([2, 3, 6], 1) as Tensor3D;
  await expectCleanThrow(() => splitHeads(x, 4), 'splitHeads: hidden size by numHeads must be divisible by 4, got 6.');
  await expectCleanThrow(() => splitHeads(x, 0), 'must be divisible by 0, got 6.');
  const flat = seededNormal([2, 3], 1);
  await expectCleanThrow(() => splitHeads(flat as Tensor3D, 1), 'splitHeads: x must be of rank 3, got [2, 3].');
  await expectCleanThrow(() => mergeHeads(x as Tensor as Tensor4D), 'mergeHeads: x must be of rank 4, got [2, 3, 6].');
});
