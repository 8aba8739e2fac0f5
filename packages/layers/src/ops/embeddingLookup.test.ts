import {
  backendsUnderTest,
  checkGradients,
  expectTensorsClose,
  goldenTensor,
  onBackends,
  seededNormal,
  useBackend,
} from '@crossmodal/testing';
import { grad, ones, sum, tensor, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import { it } from 'vitest';
import { expectGoldenCase, readOpsGolden } from '../__golden__/expectGoldenCase.js';
import { expectCleanThrow, expectLeakFree } from '../__golden__/expectLeakFree.js';
import { embeddingLookup } from './embeddingLookup.js';

onBackends(backendsUnderTest(), () => {
  it('equals PyTorch, with rows looked up several times', async () => {
    const golden = await readOpsGolden();
    const ids = goldenTensor(golden, 'embeddingLookup.ids');
    await expectGoldenCase({
      golden,
      name: 'embeddingLookup',
      inputs: ['table'],
      compute: ([table]) => ({ y: embeddingLookup(table as Tensor2D, ids) }),
    });
  });

  it('agrees with finite differences', async () => {
    const ids = tensor(
      [
        [1, 4],
        [1, 1],
      ],
      [2, 2],
      'int32',
    );
    await checkGradients((table) => embeddingLookup(table as Tensor2D, ids), [seededNormal([5, 3], 1)]);
  });

  it('adds up the gradients of one row that is looked up a thousand times', async () => {
    const ids = tensor(new Int32Array(1000).fill(2), [10, 100], 'int32');
    const gradient = grad((table: Tensor) => sum(embeddingLookup(table as Tensor2D, ids)))(ones([4, 2]));
    await expectTensorsClose(gradient, { shape: [4, 2], values: [0, 0, 0, 0, 1000, 1000, 0, 0] }, 0);
  });

  it('leaves no tensor behind', async () => {
    const ids = tensor([1, 1, 0], [3], 'int32');
    await expectLeakFree((table) => embeddingLookup(table as Tensor2D, ids), [seededNormal([5, 3], 1)]);
  });
});

it('refuses ids that are not int32 and tables that are not matrices', async () => {
  await useBackend('cpu');
  const table = seededNormal([5, 3], 1) as Tensor2D;
  const [floatIds, ids] = [tensor([1, 2]), tensor([1, 2], [2], 'int32')];
  await expectCleanThrow(() => embeddingLookup(table, floatIds), 'embeddingLookup: ids must be int32, got float32.');
  await expectCleanThrow(
    () => embeddingLookup(floatIds as Tensor2D, ids),
    'embeddingLookup: table must be of rank 2, got [2].',
  );
});
