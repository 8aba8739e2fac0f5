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

/** Of each operation one. */
const finiteCases = [
  linearCase([1, 3, 4, 5], true, 1),
  layerNormCase([3, 5], 2),
  activationCase(gelu, [9], 3),
  activationCase(quickGelu, [9], 4),
  attentionCase([2, 2, 3, 5, 4, 6], [2, 1, 1, 5], 5),
  attentionCase([2, 2, 3, 5, 4, 6], undefined, 6),
  embeddingCase([4, 3, 9], 7),
  crossEntropyCase([3, 4], 8, { labelSmoothing: 0.1, hasClassWeights: true }),
];
const brokenCases = finiteCases.flatMap((each) =>
  each.inputs.flatMap((_, i) => [NaN, Infinity, -Infinity].map((value) => withValue(each, i, value))),
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

it.each(brokenCases)('passes NaN and infinities on to the same places: $name', async (each) => {
  const composed = await computeOn('cpu', each);
  const fused = await computeOn('onnxruntime', each);
  expect([...fused.kernels]).toEqual(expect.arrayContaining([...each.kernels]));
  expectAlike(fused.value, composed.value, 1e-5);
  for (const [i, gradient] of fused.gradients.entries()) expectAlike(gradient, composed.gradients[i]!, 1e-4);
});

it.each(emptyCases)('computes nothing from nothing: $name', async (each) => {
  const composed = await computeOn('cpu', each);
  const fused = await computeOn('onnxruntime', each);
  expect([...fused.kernels]).toEqual(expect.arrayContaining([...each.kernels]));
  expectAlike(fused.value, composed.value, 1e-5);
  for (const [i, gradient] of fused.gradients.entries()) expectAlike(gradient, composed.gradients[i]!, 1e-4);
});
