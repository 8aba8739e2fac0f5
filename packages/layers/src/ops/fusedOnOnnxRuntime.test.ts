import { computeOn, expectAlike } from '@crossmodal/testing';
import { expect, it } from 'vitest';
import {
  activationCase,
  attentionCase,
  type AttentionSizes,
  biasShapes,
  crossEntropyCase,
  embeddingCase,
  type FusedCase,
  layerNormCase,
  linearCase,
} from './__fused__/fusedCases.js';
import { gelu } from './gelu.js';
import { quickGelu } from './quickGelu.js';
import { uniformAt } from '../random/deriveSeed.js';

/** A backend goes through large tensors in pieces; these sizes end before, at and behind the borders of the known ones. */
const pieceBorders = [2 ** 13 - 1, 2 ** 16, 2 ** 16 + 1, 2 ** 17 + 5];

const fixedCases: FusedCase[] = [
  linearCase([1, 1, 1, 1], true, 1),
  linearCase([1, 1, 1, 1], false, 2),
  linearCase([3, 5, 7, 2], true, 3),
  linearCase([3, 5, 7, 2], false, 4),
  linearCase([2, 33, 129, 65], true, 5),
  ...[[1, 1], [2, 3, 5], [1, 2050], [4, 1, 17], [700, 3]].map((shape, i) => layerNormCase(shape, 10 * i)), // prettier-ignore
  ...[gelu, quickGelu].flatMap((activation) => [
    activationCase(activation, [], 1),
    activationCase(activation, [2, 3, 5], 2),
    ...pieceBorders.map((size) => activationCase(activation, [size], size)),
  ]),
  attentionCase([1, 1, 1, 1, 1, 1], undefined, 1),
  attentionCase([2, 3, 4, 5, 6, 7], undefined, 2),
  attentionCase([1, 2, 3, 1500, 5, 2], [1, 1, 3, 1500], 3),
  ...biasShapes([3, 2, 4, 5, 6, 3]).flatMap((shape, i) => [
    attentionCase([3, 2, 4, 5, 6, 3], shape, 100 * i),
    attentionCase([3, 2, 4, 5, 6, 3], shape, 100 * i + 1),
  ]),
  embeddingCase([1, 1, 1], 1),
  embeddingCase([5, 3, 40], 2),
  embeddingCase([300, 7, 2], 3),
  // Large enough for reused memory, in which the first leaves its sums.
  embeddingCase([300, 50, 9], 4),
  embeddingCase([300, 50, 9], 5),
  crossEntropyCase([1, 2], 1),
  crossEntropyCase([5, 3], 2),
  crossEntropyCase([5, 3], 3, { std: 2, labelSmoothing: 0.1, hasClassWeights: true }),
  crossEntropyCase([4, 1000], 4, { std: 30, labelSmoothing: 0.2, hasClassWeights: true }),
  crossEntropyCase([3, 4], 5, { std: 1e4 }),
];

function randomCase(seed: number): FusedCase {
  // Mostly small, odd ones among them.
  const sizes = [1, 1, 2, 3, 4, 5, 7, 8, 9, 16, 17, 31];
  const size = (place: number): number => sizes[Math.floor(sizes.length * uniformAt(seed, place))]!;
  const isHeads = uniformAt(seed, 10) < 0.5;
  switch (seed % 6) {
    case 0:
      return linearCase([size(0), size(1), 3 * size(2), 4 * size(3)], isHeads, seed);
    case 1:
      return layerNormCase([size(0), size(1), size(2)].slice(isHeads ? 0 : 1), seed);
    case 2:
      return activationCase(isHeads ? gelu : quickGelu, [size(0), size(1), size(2)], seed);
    case 3:
      return embeddingCase([size(0), size(1), size(2)], seed);
    case 4: {
      const options = { std: 3, labelSmoothing: uniformAt(seed, 11), hasClassWeights: isHeads };
      return crossEntropyCase([size(0), 1 + size(1)], seed, options);
    }
    default: {
      const attentionSizes: AttentionSizes = [size(0) % 5 || 1, size(1) % 5 || 1, size(2), size(3), size(4), size(5)];
      const bias = biasShapes(attentionSizes)[Math.floor(10 * uniformAt(seed, 11))];
      return attentionCase(attentionSizes, bias, Math.floor(seed / 6));
    }
  }
}

const randomCases = Array.from({ length: process.env.CROSSMODAL_VERIFY ? 300 : 30 }, (_, seed) => randomCase(seed));

// The cpu backend has no such kernels: there the same operation is composed of TensorFlow.js' own.
it.each([...fixedCases, ...randomCases])('gives the composed value and gradients: $name', async (each) => {
  const composed = await computeOn('cpu', each);
  const fused = await computeOn('onnxruntime', each);
  expect([...fused.kernels]).toEqual(expect.arrayContaining([...each.kernels]));
  expectAlike(fused.value, composed.value, 1e-5);
  expect(fused.gradients).toHaveLength(each.inputs.length);
  for (const [i, gradient] of fused.gradients.entries()) expectAlike(gradient, composed.gradients[i]!, 1e-4);
});
