import { expectTensorsClose, seededNormal, useBackend } from '@crossmodal/testing';
import {
  fill,
  getBackend,
  grads,
  registerKernel,
  sum,
  tensor,
  unregisterKernel,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, expect, it } from 'vitest';
import { seedKeys } from '../random/deriveSeed.js';
import { attention } from './attention.js';
import { dropout } from './dropout.js';
import { embeddingLookup } from './embeddingLookup.js';
import { gelu } from './gelu.js';
import { layerNorm } from './layerNorm.js';
import { linear } from './linear.js';
import { quickGelu } from './quickGelu.js';
import { softmaxCrossEntropy } from './softmaxCrossEntropy.js';

interface Call {
  readonly inputs: Record<string, number[]>;
  readonly attributes: unknown;
}

const registered: string[] = [];

/** Registers a kernel whose outputs have these shapes and the values 2, 3, 4, ...; returns its calls. */
function fakeKernel(kernelName: string, shapes: number[][]): Call[] {
  const calls: Call[] = [];
  registered.push(kernelName);
  registerKernel({
    kernelName,
    backendName: getBackend(),
    kernelFunc: ({ inputs, attrs }) => {
      const found = Object.entries(inputs).map(([name, input]): [string, number[]] => [name, input?.shape ?? []]);
      calls.push({ inputs: Object.fromEntries(found), attributes: attrs });
      return shapes.map((shape, i) => fill(shape, i + 2));
    },
  });
  return calls;
}

beforeAll(() => useBackend('cpu'));
afterEach(() => {
  for (const name of registered.splice(0)) unregisterKernel(name, getBackend());
});

interface FusedCase {
  readonly name: string;
  readonly inputs: number[][];
  readonly run: (inputs: Tensor[]) => Tensor;
  readonly kernel: {
    readonly inputs: Record<string, number[]>;
    readonly outputs: number[][];
    readonly attributes: object;
  };
  readonly gradient?: { readonly name: string; readonly inputs: Record<string, number[]>; readonly attributes: object };
}

const keys = seedKeys(7);
const ids = (): Tensor => tensor([[1, 0, 1]], [1, 3], 'int32');
const labels = (): Tensor1D => tensor([1, 0], [2], 'int32');
const attend = ([query, key, value]: Tensor[]): Tensor4D =>
  attention({ query: query as Tensor4D, key: key as Tensor4D, value: value as Tensor4D }).attended;

const cases: FusedCase[] = [
  {
    name: 'CrossmodalLinear',
    inputs: [[2, 1, 3], [4, 3], [4]],
    run: ([x, weight, bias]) => linear(x!, weight as Tensor2D, bias as Tensor1D),
    kernel: { inputs: { x: [2, 3], weight: [4, 3], bias: [4] }, outputs: [[2, 4]], attributes: {} },
    gradient: {
      name: 'CrossmodalLinearGrad',
      inputs: { dy: [2, 4], x: [2, 3], weight: [4, 3] },
      attributes: { hasBias: 1 },
    },
  },
  {
    name: 'CrossmodalEmbeddingLookup',
    inputs: [[5, 2]],
    run: ([table]) => embeddingLookup(table as Tensor2D, ids()),
    kernel: { inputs: { table: [5, 2], indices: [3, 1] }, outputs: [[3, 2]], attributes: {} },
    gradient: {
      name: 'CrossmodalEmbeddingGrad',
      inputs: { indices: [3, 1], updates: [3, 2] },
      attributes: { entries: 5 },
    },
  },
  {
    name: 'CrossmodalLayerNorm',
    inputs: [[2, 1, 3], [3], [3]],
    run: ([x, weight, bias]) => layerNorm(x!, weight as Tensor1D, bias as Tensor1D, 0.5),
    kernel: {
      inputs: { x: [2, 3], weight: [3], bias: [3] },
      outputs: [
        [2, 3],
        [2, 3],
        [2, 1],
      ],
      attributes: { epsilon: 0.5 },
    },
    gradient: {
      name: 'CrossmodalLayerNormGrad',
      inputs: { dy: [2, 3], normalized: [2, 3], inverse: [2, 1], weight: [3] },
      attributes: {},
    },
  },
  {
    name: 'CrossmodalGelu',
    inputs: [[2, 3]],
    run: ([x]) => gelu(x!),
    kernel: { inputs: { x: [2, 3] }, outputs: [[2, 3]], attributes: {} },
    gradient: { name: 'CrossmodalGeluGrad', inputs: { dy: [2, 3], x: [2, 3], y: [2, 3] }, attributes: {} },
  },
  {
    name: 'CrossmodalQuickGelu',
    inputs: [[2, 3]],
    run: ([x]) => quickGelu(x!),
    kernel: { inputs: { x: [2, 3] }, outputs: [[2, 3]], attributes: {} },
    gradient: { name: 'CrossmodalQuickGeluGrad', inputs: { dy: [2, 3], x: [2, 3], y: [2, 3] }, attributes: {} },
  },
  {
    name: 'CrossmodalAttentionWeights',
    inputs: [
      [1, 2, 3, 4],
      [1, 2, 5, 4],
      [1, 2, 5, 6],
    ],
    run: ([query, key, value]) =>
      attention({ query: query as Tensor4D, key: key as Tensor4D, value: value as Tensor4D }).attentions,
    kernel: {
      inputs: { query: [1, 2, 3, 4], key: [1, 2, 5, 4] },
      outputs: [[1, 2, 3, 5]],
      attributes: { scale: 0.5 },
    },
  },
  {
    name: 'CrossmodalWeightedSum',
    inputs: [
      [1, 2, 3, 4],
      [1, 2, 5, 4],
      [1, 2, 5, 6],
    ],
    run: attend,
    kernel: { inputs: { weights: [1, 2, 3, 5], value: [1, 2, 5, 6] }, outputs: [[1, 2, 3, 6]], attributes: {} },
  },
  {
    name: 'CrossmodalSoftmaxCrossEntropy',
    inputs: [[2, 3]],
    run: ([logits]) => softmaxCrossEntropy(logits as Tensor2D, labels()),
    kernel: { inputs: { logits: [2, 3], targets: [2, 3] }, outputs: [[2], [2, 3]], attributes: {} },
    gradient: {
      name: 'CrossmodalSoftmaxCrossEntropyGrad',
      inputs: { dy: [2], logProbabilities: [2, 3], targets: [2, 3] },
      attributes: {},
    },
  },
  {
    name: 'CrossmodalDropout',
    inputs: [[2, 3]],
    run: ([x]) => dropout(x!, 0.25, 7),
    kernel: {
      inputs: { x: [2, 3] },
      outputs: [[2, 3]],
      attributes: { rate: 0.25, firstKey: keys.first, secondKey: keys.second },
    },
  },
];

it.each(cases)('runs $name where the backend has it', async ({ name, inputs, run, kernel }) => {
  const calls = fakeKernel(name, kernel.outputs);
  const output = run(inputs.map((shape, i) => seededNormal(shape, i)));
  expect(calls).toEqual([{ inputs: kernel.inputs, attributes: kernel.attributes }]);
  await expectTensorsClose(output, { shape: output.shape, values: new Array<number>(output.size).fill(2) }, 0);
});

it.each(cases.filter(({ gradient }) => gradient))(
  'runs the gradient of $name where the backend has it',
  async (found) => {
    const { inputs, run, gradient } = found;
    const calls = fakeKernel(
      gradient!.name,
      inputs.map((shape) => (shape.length === 3 ? [shape[0]! * shape[1]!, shape[2]!] : shape)),
    );
    const values = inputs.map((shape, i) => seededNormal(shape, i));
    const gradients = grads((...moved: Tensor[]) => sum(run(moved)))(values);
    expect(calls).toEqual([{ inputs: gradient!.inputs, attributes: gradient!.attributes }]);
    for (const [i, shape] of inputs.entries()) {
      const wanted = new Array<number>(gradients[i]!.size).fill(i + 2);
      await expectTensorsClose(gradients[i]!, { shape, values: wanted }, 0);
    }
  },
);

it('runs the gradients of attention where the backend has them', () => {
  const shapes = [
    [1, 2, 3, 4],
    [1, 2, 5, 4],
    [1, 2, 5, 6],
  ];
  const weights = [1, 2, 3, 5];
  const sums = fakeKernel('CrossmodalWeightedSumGrad', [weights, [1, 2, 5, 6]]);
  const scores = fakeKernel('CrossmodalAttentionWeightsGrad', shapes.slice(0, 2));
  grads((...moved: Tensor[]) => sum(attend(moved)))(shapes.map((shape, i) => seededNormal(shape, i)));
  expect(sums).toEqual([{ inputs: { dy: [1, 2, 3, 6], weights, value: [1, 2, 5, 6] }, attributes: {} }]);
  expect(scores).toEqual([
    { inputs: { dy: weights, query: [1, 2, 3, 4], key: [1, 2, 5, 4], weights }, attributes: { scale: 0.5 } },
  ]);
});

it('repeats the dropout kernel with the same seed in the gradient', () => {
  const calls = fakeKernel('CrossmodalDropout', [[2, 3]]);
  grads((...[x]: Tensor[]) => sum(dropout(x!, 0.25, 7)))([seededNormal([2, 3], 1)]);
  expect(calls).toHaveLength(2);
  expect(calls[1]).toEqual(calls[0]);
});
