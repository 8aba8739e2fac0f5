import { Linear } from '@crossmodal/layers';
import {
  backendsUnderTest,
  expectGradientsClose,
  expectNoLeaks,
  expectTensorsClose,
  goldenTensor,
  goldenValue,
  onBackends,
  readGolden,
  seededNormal,
  useBackend,
} from '@crossmodal/testing';
import { dispose, mean, ones, square, tensor1d, type Scalar, type Tensor } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { accumulateGradients } from './accumulateGradients.js';
import { clipByGlobalNorm, globalNorm } from './clipByGlobalNorm.js';
import { computeGradients } from './computeGradients.js';
import { groupIntoPacks, packSize } from './packTensors.js';

const golden = await readGolden(new URL('../../fixtures/training.json', import.meta.url));

onBackends(backendsUnderTest(), () => {
  it.each(['above', 'below'])('clips as PyTorch does: norm %s the limit', async (name) => {
    const gradients = new Map(
      ['a', 'b', 'c'].map((path) => [path, goldenTensor(golden, `clip/${name}/gradient/${path}`)]),
    );
    const [maxNorm = NaN] = goldenValue(golden, `clip/${name}/maxNorm`).values;
    const { gradients: clipped, norm } = clipByGlobalNorm(gradients, maxNorm);
    await expectTensorsClose(norm, goldenValue(golden, `clip/${name}/norm`));
    expect([...clipped.keys()]).toEqual(['a', 'b', 'c']);
    for (const [path, tensor] of clipped) {
      await expectGradientsClose(tensor, goldenValue(golden, `clip/${name}/clipped/${path}`));
    }
    await expectNoLeaks(() => {
      const result = clipByGlobalNorm(gradients, maxNorm);
      dispose([result.norm, ...result.gradients.values()]);
    });
  });

  it('computes loss and gradients by path, without those of frozen parameters', async () => {
    const module = new Linear(3, 2, { seed: 1 });
    const x = seededNormal([4, 3], 2);
    const compute = (): ReturnType<typeof computeGradients> =>
      computeGradients(() => mean<Scalar>(square(module.call(x))), module.namedParameters());
    const { loss, gradients } = compute();
    expect([...gradients.keys()]).toEqual(['weight', 'bias']);
    expect(loss.shape).toEqual([]);
    const before = gradients.get('bias')!;
    module.freeze(/weight/);
    const frozen = compute();
    expect([...frozen.gradients.keys()]).toEqual(['bias']);
    await expectTensorsClose(frozen.gradients.get('bias')!, before, 0);
    await expectNoLeaks(() => {
      const result = compute();
      dispose([result.loss, ...result.gradients.values()]);
    });
  });

  it('leaves no gradient for a parameter that the loss does not use', () => {
    const [used, unused] = [new Linear(3, 2, { seed: 1 }), new Linear(3, 2, { seed: 2 })];
    const parameters = new Map([...used.namedParameters('used'), ...unused.namedParameters('unused')]);
    const { gradients } = computeGradients(() => mean<Scalar>(square(used.call(ones([1, 3])))), parameters);
    expect([...gradients.keys()]).toEqual(['used.weight', 'used.bias']);
  });

  it('adds weighted gradients, and starts the sum of a path that comes later', async () => {
    const first = accumulateGradients(undefined, new Map([['a', tensor1d([1, 2])]]), 3);
    const second = accumulateGradients(
      first,
      new Map<string, Tensor>([
        ['a', tensor1d([10, 20])],
        ['b', tensor1d([5])],
      ]),
      2,
    );
    await expectTensorsClose(second.get('a')!, tensor1d([23, 46]), 0);
    await expectTensorsClose(second.get('b')!, tensor1d([10]), 0);
    await expectNoLeaks(() => {
      const sum = [1, 2, 1].reduce<Map<string, Tensor> | undefined>(
        (total, weight) => accumulateGradients(total, new Map([['a', tensor1d([1, 2])]]), weight),
        undefined,
      );
      dispose([...sum!.values()]);
    });
  });
});

it('puts into a pack what fits, in order, and what is too large into its own', () => {
  const sizes = [packSize - 2, 2, 1, packSize + 5, 3, packSize];
  expect(groupIntoPacks(sizes, (size) => size)).toEqual([[packSize - 2, 2], [1], [packSize + 5], [3], [packSize]]);
});

it('has norm 0 without gradients', async () => {
  await useBackend('cpu');
  await expectTensorsClose(globalNorm(new Map()), { shape: [], values: [0] }, 0);
});

it('refuses losses, parameters and norms that cannot be', async () => {
  await useBackend('cpu');
  const module = new Linear(3, 2, { seed: 1 });
  const vector = (): Scalar => square(module.call(ones([4, 3]))) as unknown as Scalar;
  await expectNoLeaks(() => {
    expect(() => computeGradients(vector, module.namedParameters())).toThrow(
      'computeGradients: the loss must be a scalar, got shape [4, 2].',
    );
  });
  module.freeze();
  expect(() => computeGradients(vector, module.namedParameters())).toThrow(
    'computeGradients: at least one parameter must be trainable, got 2 frozen ones. Unfreeze some.',
  );
  expect(() => clipByGlobalNorm(new Map(), 0)).toThrow('clipByGlobalNorm: maxNorm must be above 0, got 0.');
  expect(() => clipByGlobalNorm(new Map(), NaN)).toThrow(RangeError);
});

it('hands on what a loss throws, and leaves nothing behind', async () => {
  await useBackend('cpu');
  const module = new Linear(3, 2, { seed: 1 });
  const failing = (): Scalar => {
    mean(square(module.call(ones([4, 3]))));
    throw new TypeError('no labels');
  };
  await expectNoLeaks(() => {
    expect(() => computeGradients(failing, module.namedParameters())).toThrow(new TypeError('no labels'));
    expect(() => computeGradients(() => mean(ones([2])), module.namedParameters())).toThrow('Cannot find a connection');
  });
});
