import {
  backendsUnderTest,
  checkGradients,
  expectTensorsClose,
  onBackends,
  seededNormal,
  useBackend,
} from '@crossmodal/testing';
import { ones, reshape, type Tensor, type Tensor1D, type Tensor2D } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { expectCleanThrow, expectLeakFree } from '../__golden__/expectLeakFree.js';
import { expectGoldenCase, readOpsGolden } from '../__golden__/expectGoldenCase.js';
import { linear } from './linear.js';

const normal2 = (rows: number, columns: number, seed: number): Tensor2D =>
  seededNormal([rows, columns], seed) as Tensor2D;

onBackends(backendsUnderTest(), () => {
  it('equals PyTorch with a bias', async () => {
    await expectGoldenCase({
      golden: await readOpsGolden(),
      name: 'linear',
      inputs: ['x', 'weight', 'bias'],
      compute: ([x, weight, bias]) => ({ y: linear(x!, weight as Tensor2D, bias as Tensor1D) }),
    });
  });

  it('equals PyTorch without a bias', async () => {
    await expectGoldenCase({
      golden: await readOpsGolden(),
      name: 'linearWithoutBias',
      inputs: ['x', 'weight'],
      compute: ([x, weight]) => ({ y: linear(x!, weight as Tensor2D) }),
    });
  });

  it('agrees with finite differences', async () => {
    await checkGradients(
      (x, weight, bias) => linear(x, weight as Tensor2D, bias as Tensor1D),
      [seededNormal([2, 3, 4], 1), normal2(5, 4, 2), seededNormal([5], 3)],
    );
  });

  it('maps a single row and a stack of sequences alike', async () => {
    const x = seededNormal([2, 2, 3, 4], 1);
    const weight = normal2(5, 4, 2);
    const stacked = linear(x, weight);
    const rows = linear(reshape(x, [12, 4]), weight);
    await expectTensorsClose(stacked, { shape: [2, 2, 3, 5], values: await rows.data() }, 0);
    expect(linear(ones([4]), weight).shape).toEqual([5]);
  });

  it('leaves no tensor behind', async () => {
    await expectLeakFree(
      (x, weight, bias) => linear(x, weight as Tensor2D, bias as Tensor1D),
      [seededNormal([2, 3, 4], 1), normal2(5, 4, 2), seededNormal([5], 3)],
    );
  });
});

it('names the tensor that does not fit', async () => {
  await useBackend('cpu');
  const [x, weight] = [seededNormal([2, 3], 1), normal2(5, 4, 2)];
  const [wide, bias] = [seededNormal([2, 4], 1), seededNormal([4], 3) as Tensor1D];
  await expectCleanThrow(() => linear(x, weight), 'linear: x must be [..., 4] to match the weight [5, 4], got [2, 3].');
  await expectCleanThrow(() => linear(wide, weight, bias), 'linear: bias must be [5], got [4].');
  await expectCleanThrow(() => linear(wide, bias as Tensor as Tensor2D), 'linear: weight must be of rank 2, got [4].');
});
