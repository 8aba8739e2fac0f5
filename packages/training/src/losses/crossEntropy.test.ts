import {
  backendsUnderTest,
  expectGradientsClose,
  expectNoLeaks,
  expectTensorsClose,
  goldenTensor,
  goldenValue,
  onBackends,
  readGolden,
  useBackend,
} from '@crossmodal/testing';
import { grad, tensor1d, zeros, type Tensor, type Tensor1D, type Tensor2D } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { crossEntropy } from './crossEntropy.js';

const golden = await readGolden(new URL('../../fixtures/training.json', import.meta.url));

onBackends(backendsUnderTest(), () => {
  it.each(['plain', 'smoothing', 'weights', 'weightsAndSmoothing'])('agrees with PyTorch: %s', async (name) => {
    const at = (part: string): string => `crossEntropy/${name}/${part}`;
    const logits = goldenTensor(golden, at('logits')) as Tensor2D;
    const labels = goldenTensor(golden, at('labels')) as Tensor1D;
    const classWeights = name.startsWith('weights')
      ? (goldenTensor(golden, at('classWeights')) as Tensor1D)
      : undefined;
    const [labelSmoothing] = goldenValue(golden, at('labelSmoothing')).values;
    const loss = (x: Tensor): Tensor => crossEntropy(x as Tensor2D, labels, { classWeights, labelSmoothing });

    await expectTensorsClose(loss(logits), goldenValue(golden, at('loss')));
    await expectGradientsClose(grad(loss)(logits), goldenValue(golden, at('gradient')));
    await expectNoLeaks(() => loss(logits).dispose());
  });
});

it('refuses labels and options that do not fit', async () => {
  await useBackend('cpu');
  const logits: Tensor2D = zeros([2, 3]);
  const labels = tensor1d([0, 2], 'int32');
  expect(() => crossEntropy(logits, tensor1d([0], 'int32'))).toThrow(
    'softmaxCrossEntropy: labels must be [2], got [1].',
  );
  expect(() => crossEntropy(logits, tensor1d([0, 2]))).toThrow('labels must be int32, got float32.');
  expect(() => crossEntropy(logits, labels, { labelSmoothing: 1.5 })).toThrow(
    'labelSmoothing must be in [0, 1], got 1.5.',
  );
  expect(() => crossEntropy(logits, labels, { classWeights: tensor1d([1, 2]) })).toThrow(
    'classWeights must be [3], got [2].',
  );
});
