import { backendsUnderTest, checkGradients, onBackends, seededNormal, useBackend } from '@crossmodal/testing';
import { type Tensor1D } from '@tensorflow/tfjs-core';
import { it } from 'vitest';
import { expectGoldenCase, readOpsGolden } from '../__golden__/expectGoldenCase.js';
import { expectCleanThrow, expectLeakFree } from '../__golden__/expectLeakFree.js';
import { layerNorm } from './layerNorm.js';

onBackends(backendsUnderTest(), () => {
  it.each([
    ['layerNorm', 1e-5],
    ['layerNormBert', 1e-12],
  ])('equals PyTorch: %s', async (name, epsilon) => {
    await expectGoldenCase({
      golden: await readOpsGolden(),
      name,
      inputs: ['x', 'weight', 'bias'],
      compute: ([x, weight, bias]) => ({ y: layerNorm(x!, weight as Tensor1D, bias as Tensor1D, epsilon) }),
    });
  });

  it('agrees with finite differences, also where epsilon decides', async () => {
    const f = (x?: unknown, weight?: unknown, bias?: unknown) =>
      layerNorm(x as Tensor1D, weight as Tensor1D, bias as Tensor1D, 0.5);
    await checkGradients(f, [seededNormal([2, 3, 6], 1), seededNormal([6], 2), seededNormal([6], 3)]);
  });

  it('leaves no tensor behind', async () => {
    await expectLeakFree(
      (x, weight, bias) => layerNorm(x, weight as Tensor1D, bias as Tensor1D, 1e-5),
      [seededNormal([2, 3, 6], 1), seededNormal([6], 2), seededNormal([6], 3)],
    );
  });
});

it('names what does not fit', async () => {
  await useBackend('cpu');
  const x = seededNormal([2, 6], 1);
  const [six, five] = [seededNormal([6], 2) as Tensor1D, seededNormal([5], 2) as Tensor1D];
  await expectCleanThrow(() => layerNorm(x, five, six, 1e-5), 'layerNorm: weight must be [6], got [5].');
  await expectCleanThrow(() => layerNorm(x, six, five, 1e-5), 'layerNorm: bias must be [6], got [5].');
  await expectCleanThrow(() => layerNorm(x, six, six, 0), 'layerNorm: epsilon must be a positive number, got 0.');
});
