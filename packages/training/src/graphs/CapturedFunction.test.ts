import { seededNormal, useBackend } from '@crossmodal/testing';
import { dispose, matMul, memory, tidy, variable, type Tensor2D, type Variable } from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { CapturedFunction } from './CapturedFunction.js';
import { graphCapturingBackend } from './GraphCapturing.js';

let weight: Variable;

beforeEach(async () => {
  await useBackend('onnxruntime');
  weight = variable(seededNormal([3, 2], 1));
});

afterEach(() => {
  weight.dispose();
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
