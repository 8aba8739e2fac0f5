import { backendsUnderTest, expectNoLeaks, expectTensorsClose, onBackends, useBackend } from '@crossmodal/testing';
import { dispose, tensor, type DataType, type Rank, type Tensor2D } from '@tensorflow/tfjs-core';
import { it } from 'vitest';
import { expectCleanThrow } from '../__golden__/expectLeakFree.js';
import { maskedBias, maskToBias } from './maskToBias.js';

onBackends(backendsUnderTest(), () => {
  it.each<DataType>(['int32', 'float32', 'bool'])('keeps ones and masks zeros: %s', async (dtype) => {
    const mask = tensor<Rank.R2>([1, 0, 0, 0, 1, 1], [2, 3], dtype);
    const values = [0, maskedBias, maskedBias, maskedBias, 0, 0];
    await expectTensorsClose(maskToBias(mask), { shape: [2, 1, 1, 3], values }, 0);
    await expectNoLeaks(() => dispose(maskToBias(mask)));
  });
});

it('refuses other ranks', async () => {
  await useBackend('cpu');
  const mask = tensor([1, 0]) as unknown as Tensor2D;
  await expectCleanThrow(() => maskToBias(mask), 'maskToBias: mask must be of rank 2, got [2].');
});
