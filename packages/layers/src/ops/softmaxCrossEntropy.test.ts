import {
  backendsUnderTest,
  checkGradients,
  expectTensorsClose,
  goldenTensor,
  goldenValue,
  onBackends,
  seededNormal,
  useBackend,
} from '@crossmodal/testing';
import { tensor, type Rank, type Tensor, type Tensor1D, type Tensor2D } from '@tensorflow/tfjs-core';
import { it } from 'vitest';
import { expectGoldenCase, readOpsGolden } from '../__golden__/expectGoldenCase.js';
import { expectCleanThrow, expectLeakFree } from '../__golden__/expectLeakFree.js';
import { softmaxCrossEntropy } from './softmaxCrossEntropy.js';

onBackends(backendsUnderTest(), () => {
  it.each([['crossEntropy'], ['crossEntropySmoothed'], ['crossEntropyWeighted'], ['crossEntropyBoth']])(
    'equals PyTorch: %s',
    async (name) => {
      const golden = await readOpsGolden();
      const labels = goldenTensor(golden, `${name}.labels`) as Tensor1D;
      const options = {
        labelSmoothing: goldenValue(golden, `${name}.labelSmoothing`).values[0],
        classWeights: goldenTensor(golden, `${name}.classWeights`) as Tensor1D,
      };
      await expectGoldenCase({
        golden,
        name,
        inputs: ['logits'],
        compute: ([logits]) => ({ losses: softmaxCrossEntropy(logits as Tensor2D, labels, options) }),
      });
    },
  );

  it('stays finite for extreme logits', async () => {
    const logits = tensor<Rank.R2>([1000, 0, 0, -1000], [2, 2]);
    const labels = tensor<Rank.R1>([1, 0], [2], 'int32');
    await expectTensorsClose(softmaxCrossEntropy(logits, labels), { shape: [2], values: [1000, 0] });
  });

  it('agrees with finite differences and leaves nothing behind', async () => {
    const labels = tensor<Rank.R1>([1, 2], [2], 'int32');
    const classWeights = tensor<Rank.R1>([1, 2, 0.5]);
    const f = (logits?: Tensor): Tensor =>
      softmaxCrossEntropy(logits as Tensor2D, labels, { labelSmoothing: 0.1, classWeights });
    await checkGradients(f, [seededNormal([2, 3], 1)]);
    await expectLeakFree(f, [seededNormal([2, 3], 1)]);
  });
});

it('names what does not fit', async () => {
  await useBackend('cpu');
  const logits = seededNormal([2, 3], 1) as Tensor2D;
  const labels = tensor<Rank.R1>([1, 2], [2], 'int32');
  const [three, weights] = [tensor<Rank.R1>([1, 2, 0], [3], 'int32'), tensor<Rank.R1>([1, 2])];
  await expectCleanThrow(
    () => softmaxCrossEntropy(labels as Tensor as Tensor2D, labels),
    'softmaxCrossEntropy: logits must be of rank 2, got [2].',
  );
  await expectCleanThrow(() => softmaxCrossEntropy(logits, three), 'softmaxCrossEntropy: labels must be [2], got [3].');
  await expectCleanThrow(() => softmaxCrossEntropy(logits, weights), 'labels must be int32, got float32.');
  await expectCleanThrow(
    () => softmaxCrossEntropy(logits, labels, { classWeights: weights }),
    'softmaxCrossEntropy: classWeights must be [3], got [2].',
  );
  await expectCleanThrow(
    () => softmaxCrossEntropy(logits, labels, { labelSmoothing: 1.5 }),
    'softmaxCrossEntropy: labelSmoothing must be in [0, 1], got 1.5.',
  );
});
