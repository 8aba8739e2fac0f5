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
import {
  concat,
  grad,
  softmax,
  tensor1d,
  tensor2d,
  zeros,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
} from '@tensorflow/tfjs-core';
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

  it.each([
    ['alone', {}],
    ['with smoothing', { labelSmoothing: 0.1 }],
    ['with class weights', { classWeights: [0.5, 2, 1.25] }],
  ])(
    'is that of the batch without the samples of weight 0, gradients too: %s',
    async (_, { classWeights, ...rest }: Padded) => {
      const options = { ...rest, classWeights: classWeights && tensor1d(classWeights) };
      const logits = tensor2d(
        Array.from({ length: 15 }, (_, i) => Math.sin(i * 1.3) * 4),
        [5, 3],
      );
      const labels = [2, 0, 1, 1, 2];
      const filling = tensor2d(
        Array.from({ length: 9 }, (_, i) => Math.cos(i) * 9),
        [3, 3],
      );
      const plain = (x: Tensor): Tensor => crossEntropy(x as Tensor2D, tensor1d(labels, 'int32'), options);
      const padded = (x: Tensor): Tensor =>
        crossEntropy(concat([x, filling]) as Tensor2D, tensor1d([...labels, 0, 1, 2], 'int32'), {
          ...options,
          sampleWeights: tensor1d([1, 1, 1, 1, 1, 0, 0, 0]),
        });
      await expectTensorsClose(padded(logits), plain(logits), 1e-6);
      await expectTensorsClose(grad(padded)(logits), grad(plain)(logits), 1e-7);
    },
  );

  it('weighs samples by their share of all weights', async () => {
    const logits = tensor2d([[2, 0.5], [-1, 1], [0.25, 3]]); // prettier-ignore
    const labels = tensor1d([0, 0, 1], 'int32');
    const probabilities = (await softmax(logits).array()) as [number, number][];
    const losses = [0, 0, 1].map((label, row) => -Math.log(probabilities[row]?.[label] ?? NaN));
    const expected = ((losses[0] ?? 0) * 1 + (losses[1] ?? 0) * 3 + (losses[2] ?? 0) * 0.5) / 4.5;
    const sampleWeights = tensor1d([1, 3, 0.5]);
    const [loss = NaN] = await crossEntropy(logits, labels, { sampleWeights }).data();
    expect(loss).toBeCloseTo(expected, 5);
    await expectNoLeaks(() => crossEntropy(logits, labels, { sampleWeights }).dispose());
  });
});

interface Padded {
  readonly labelSmoothing?: number;
  readonly classWeights?: number[];
}

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
  expect(() => crossEntropy(logits, labels, { sampleWeights: tensor1d([1, 0, 1]) })).toThrow(
    'crossEntropy: sampleWeights must be [2], got [3].',
  );
});
