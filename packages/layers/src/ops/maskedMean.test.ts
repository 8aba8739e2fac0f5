import {
  backendsUnderTest,
  checkGradients,
  expectTensorsClose,
  goldenTensor,
  onBackends,
  seededNormal,
  useBackend,
} from '@crossmodal/testing';
import { add, grad, mul, sum, tensor, type Tensor, type Tensor2D, type Tensor3D } from '@tensorflow/tfjs-core';
import { it } from 'vitest';
import { expectGoldenCase, readOpsGolden } from '../__golden__/expectGoldenCase.js';
import { expectCleanThrow, expectLeakFree } from '../__golden__/expectLeakFree.js';
import { maskedMean } from './maskedMean.js';

const halfMasked = (): Tensor2D =>
  tensor(
    [
      [1, 1, 0],
      [0, 0, 0],
    ],
    [2, 3],
    'int32',
  );

onBackends(backendsUnderTest(), () => {
  it('equals PyTorch', async () => {
    const golden = await readOpsGolden();
    const mask = goldenTensor(golden, 'maskedMean.mask') as Tensor2D;
    await expectGoldenCase({
      golden,
      name: 'maskedMean',
      inputs: ['x'],
      compute: ([x]) => ({ pooled: maskedMean(x as Tensor3D, mask) }),
    });
  });

  it('gives zeros without gradient for a row without positions', async () => {
    const x = seededNormal([2, 3, 2], 1) as Tensor3D;
    const pooled = maskedMean(x, halfMasked());
    const values = await x.data();
    const expected = [(values[0]! + values[2]!) / 2, (values[1]! + values[3]!) / 2, 0, 0];
    await expectTensorsClose(pooled, { shape: [2, 2], values: expected });
    const slope = grad((moved: Tensor) => sum(maskedMean(moved as Tensor3D, halfMasked())))(x);
    await expectTensorsClose(slope, { shape: [2, 3, 2], values: [0.5, 0.5, 0.5, 0.5, 0, 0, 0, 0, 0, 0, 0, 0] });
  });

  it('ignores what stands at masked positions', async () => {
    const x = seededNormal([2, 3, 2], 1);
    const noise = mul(
      seededNormal([2, 3, 2], 2),
      tensor([
        [[0], [0], [1]],
        [[1], [1], [1]],
      ]),
    );
    const moved = maskedMean(add(x, noise), halfMasked());
    await expectTensorsClose(moved, maskedMean(x as Tensor3D, halfMasked()), 0);
  });

  it('agrees with finite differences and leaves nothing behind', async () => {
    const mask = halfMasked();
    await checkGradients((x) => maskedMean(x as Tensor3D, mask), [seededNormal([2, 3, 4], 1)]);
    await expectLeakFree((x) => maskedMean(x as Tensor3D, mask), [seededNormal([2, 3, 4], 1)]);
  });
});

it('names what does not fit', async () => {
  await useBackend('cpu');
  const [x, mask] = [seededNormal([2, 4, 3], 1) as Tensor3D, halfMasked()];
  await expectCleanThrow(() => maskedMean(x, mask), 'maskedMean: mask must be [2, 4], got [2, 3].');
  await expectCleanThrow(
    () => maskedMean(mask as Tensor as Tensor3D, mask),
    'maskedMean: x must be of rank 3, got [2, 3].',
  );
});
