import { seededNormal, useBackend } from '@crossmodal/testing';
import {
  dispose,
  matMul,
  mean,
  memory,
  type Scalar,
  tanh,
  type Tensor,
  type Tensor2D,
  tidy,
  variable,
  type Variable,
  variableGrads,
} from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { CapturedFunction } from './CapturedFunction.js';
import { graphCapturingBackend } from './GraphCapturing.js';

let weight: Variable;
let square: Variable;

beforeEach(async () => {
  await useBackend('onnxruntime');
  weight = variable(seededNormal([3, 2], 1));
  square = variable(seededNormal([16, 16], 2));
});

afterEach(() => {
  dispose([weight, square]);
  vi.restoreAllMocks();
});

it('captures a shape after as many ordinary calls as it is told, counted for each shape', async () => {
  const backend = graphCapturingBackend();
  if (!backend) throw new Error('onnxruntime captures graphs');
  const captures = vi.spyOn(backend, 'captureGraph');
  const captured = new CapturedFunction(new Map([['weight', weight]]), { captureAfter: 2 });
  const before = memory().numTensors;
  const counts: number[] = [];
  for (const [i, rows] of [4, 4, 5, 4, 4, 5, 5].entries()) {
    const x = seededNormal([rows, 3], i) as Tensor2D;
    const product = (): Tensor2D => tidy(() => matMul<Tensor2D>(x, weight));
    const results = captured.call(() => new Map([['product', product()]]), { tensors: [x] });
    const expected = product();
    expect([...((await results.get('product')?.data()) ?? [])]).toEqual([...(await expected.data())]);
    dispose([x, expected, ...results.values()]);
    counts.push(captures.mock.calls.length);
  }
  expect(counts).toEqual([0, 0, 0, 1, 1, 1, 2]);
  captured.dispose();
  expect(memory().numTensors).toBe(before);
});

/** As a model of many layers: what a forward pass needs at once is little, what a backward pass needs is all. */
function deep(x: Tensor2D): Scalar {
  let values = x;
  for (let layer = 0; layer < 8; layer += 1) values = tanh(matMul<Tensor2D>(values, square));
  return mean(values);
}

function step(x: Tensor2D): Tensor[] {
  const { value, grads } = variableGrads(() => deep(x), [square]);
  return [value, ...Object.values(grads)];
}

it.each([
  [
    'graphs of forward passes stay beside one another',
    (x: Tensor2D) => [tidy(() => deep(x))],
    [1, 2, 3, 4, 4, 4, 4, 4],
  ],
  ['graphs of training steps go when there are many', step, [1, 2, 3, 4, 5, 6, 7, 8]],
] as const)('%s', (_, compute, counts) => {
  const backend = graphCapturingBackend();
  if (!backend) throw new Error('onnxruntime captures graphs');
  const captures = vi.spyOn(backend, 'captureGraph');
  const widest = 40 * 16 * 4; // bytes of a value of the largest shape
  const captured = new CapturedFunction(new Map([['square', square]]), { mostGraphBytes: 8 * widest });
  const received = [10, 20, 30, 40, 10, 20, 30, 40].map((rows, i) => {
    const x = seededNormal([rows, 16], i) as Tensor2D;
    const results = captured.call(() => new Map(compute(x).map((result, at) => [String(at), result])), {
      tensors: [x],
    });
    dispose([x, ...results.values()]);
    return captures.mock.calls.length;
  });
  expect(received).toEqual(counts);
  captured.dispose();
});
