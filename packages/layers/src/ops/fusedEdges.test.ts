import { computeOn, expectAlike } from '@crossmodal/testing';
import { expect, it } from 'vitest';
import {
  activationCase,
  attentionCase,
  crossEntropyCase,
  embeddingCase,
  type FusedCase,
  layerNormCase,
  linearCase,
} from './__fused__/fusedCases.js';
import { gelu } from './gelu.js';
import { quickGelu } from './quickGelu.js';

/** The same with one value of an input replaced. */
const withValue = (each: FusedCase, input: number, value: number): FusedCase => {
  const inputs = each.inputs.map(({ shape, values }, i) => {
    const changed = Array.from(values);
    if (i === input) changed[Math.floor(changed.length / 2)] = value;
    return { shape, values: changed };
  });
  return { ...each, name: `${each.name}, ${value} in input ${input}`, inputs };
};

/** Of each operation a small one and one that vectors of sixteen values go through. */
const finiteCases = [
  linearCase([1, 3, 4, 5], true, 1),
  linearCase([1, 33, 37, 35], true, 1),
  layerNormCase([3, 5], 2),
  layerNormCase([3, 70], 2),
  activationCase(gelu, [9], 3),
  activationCase(gelu, [70], 3),
  activationCase(quickGelu, [9], 4),
  activationCase(quickGelu, [70], 4),
  attentionCase([2, 2, 3, 5, 4, 6], [2, 1, 1, 5], 5),
  attentionCase([1, 2, 17, 37, 16, 18], [1, 1, 17, 37], 5),
  attentionCase([2, 2, 3, 5, 4, 6], undefined, 6),
  attentionCase([1, 2, 17, 37, 16, 18], undefined, 6),
  embeddingCase([4, 3, 9], 7),
  crossEntropyCase([3, 4], 8, { labelSmoothing: 0.1, hasClassWeights: true }),
];
const brokenCases = finiteCases.flatMap((each) =>
  each.inputs.flatMap((_, i) => [NaN, Infinity, -Infinity].map((value) => withValue(each, i, value))),
);

/** Where the slope is a quotient of nothing, and far out. */
const extremeCases = [gelu, quickGelu].flatMap((activation, seed) =>
  [0, -0, 1e-20, 40, -40, 1e30, -1e30].map((value) => withValue(activationCase(activation, [19], seed), 0, value)),
);

/** Without a single value in one of them. */
const emptyCases: FusedCase[] = [
  linearCase([0, 2, 3, 4], true, 1),
  linearCase([0, 2, 3, 4], false, 1),
  layerNormCase([0, 3], 2),
  activationCase(gelu, [0, 3], 3),
  activationCase(quickGelu, [0, 3], 4),
  attentionCase([0, 2, 3, 5, 4, 6], [1, 1, 1, 5], 5),
  attentionCase([0, 2, 3, 5, 4, 6], undefined, 5),
  attentionCase([2, 2, 0, 5, 4, 6], undefined, 6),
  embeddingCase([4, 3, 0], 7),
  crossEntropyCase([0, 4], 8, { labelSmoothing: 0.1, hasClassWeights: true }),
];

it.each([...brokenCases, ...extremeCases])(
  'gives NaN, infinities and limits at the same places: $name',
  async (each) => {
    const composed = await computeOn('cpu', each);
    const fused = await computeOn('onnxruntime', each);
    expect([...fused.kernels]).toEqual(expect.arrayContaining([...each.kernels]));
    expectAlike(fused.value, composed.value, 1e-5);
    for (const [i, gradient] of fused.gradients.entries()) expectAlike(gradient, composed.gradients[i]!, 1e-4);
  },
);

it.each(emptyCases)('computes nothing from nothing: $name', async (each) => {
  const composed = await computeOn('cpu', each);
  const fused = await computeOn('onnxruntime', each);
  expect([...fused.kernels]).toEqual(expect.arrayContaining([...each.kernels]));
  expectAlike(fused.value, composed.value, 1e-5);
  for (const [i, gradient] of fused.gradients.entries()) expectAlike(gradient, composed.gradients[i]!, 1e-4);
});
