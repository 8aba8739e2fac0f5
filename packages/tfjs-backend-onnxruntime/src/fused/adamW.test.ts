import { backend, clone, dispose, engine, setBackend, tensor1d, type Tensor } from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { OnnxRuntimeBackend } from '../OnnxRuntimeBackend.js';
import { registerOnnxRuntimeBackend } from '../registerOnnxRuntimeBackend.js';

beforeAll(async () => {
  registerOnnxRuntimeBackend();
  await setBackend('onnxruntime');
});

/** Above what the pool keeps, and no multiple of a piece. */
const sizes = [9001, 5];
const total = 9006;
const numbers = {
  beta1: 0.9,
  rest1: 0.1,
  beta2: 0.99,
  rest2: 0.01,
  epsilon: 1e-6,
  stepSize: 0.02,
  decay: 0.95,
  gradientScale: 0.5,
  count: 2,
};

interface State {
  readonly first: Tensor;
  readonly second: Tensor;
  readonly parameters: readonly Tensor[];
}

const valuesAt = (seed: number, size: number): Float32Array =>
  Float32Array.from({ length: size }, (_, i) => Math.sin((i + 1) * 12.9898 + seed) + 0.1);

function update({ first, second, parameters }: State, gradients: readonly Tensor[]): State {
  const tensors: Record<string, Tensor> = { first, second };
  for (const [i, parameter] of parameters.entries()) tensors[`parameter${i}`] = parameter;
  for (const [i, gradient] of gradients.entries()) tensors[`gradient${i}`] = gradient;
  const [newFirst, newSecond, ...rest] = engine().runKernel<Tensor[]>('CrossmodalAdamWPack', tensors, numbers);
  return { first: newFirst!, second: newSecond!, parameters: rest };
}

function start(): State {
  return {
    first: tensor1d(new Float32Array(total)),
    second: tensor1d(new Float32Array(total)),
    parameters: sizes.map((size, i) => tensor1d(valuesAt(i, size))),
  };
}

const gradientsAt = (seed: number): Tensor[] => sizes.map((size, i) => tensor1d(valuesAt(seed + i, size)));

/** The same in float64. */
function expectedAfter(steps: number): number[][] {
  const first = new Float64Array(total);
  const second = new Float64Array(total);
  const parameters = sizes.map((size, i) => Float64Array.from(valuesAt(i, size)));
  for (let step = 0; step < steps; step += 1) {
    let at = 0;
    for (const [i, size] of sizes.entries()) {
      const gradient = valuesAt(10 * step + i, size);
      for (let j = 0; j < size; j += 1, at += 1) {
        const g = gradient[j]! * numbers.gradientScale;
        first[at] = first[at]! * numbers.beta1 + g * numbers.rest1;
        second[at] = second[at]! * numbers.beta2 + g * g * numbers.rest2;
        const change = (first[at]! / (Math.sqrt(second[at]!) + numbers.epsilon)) * numbers.stepSize;
        parameters[i]![j] = parameters[i]![j]! * numbers.decay - change;
      }
    }
  }
  return parameters.map((values) => [...values]);
}

function expectValues({ parameters }: State, steps: number): void {
  for (const [i, expected] of expectedAfter(steps).entries()) {
    const received = parameters[i]!.dataSync();
    for (const [j, value] of expected.entries()) expect(Math.abs(received[j]! - value)).toBeLessThan(2e-6);
  }
}

it('updates parameters and moments, from the second step on in their own memory', () => {
  const current = backend();
  if (!(current instanceof OnnxRuntimeBackend)) throw new TypeError('the backend must be onnxruntime.');
  const { pool } = current;
  let state = start();
  for (let step = 0; step < 4; step += 1) {
    const before = { lent: pool.lentBytes, dataIds: [state.first, state.parameters[0]!].map(({ dataId }) => dataId) };
    const old = state;
    const gradients = gradientsAt(10 * step);
    state = update(state, gradients);
    dispose([old.first, old.second, ...old.parameters, ...gradients]);
    expectValues(state, step + 1);
    if (step === 0) continue;
    expect([state.first, state.parameters[0]!].map(({ dataId }) => dataId)).toEqual(before.dataIds);
    expect(pool.lentBytes).toBe(before.lent);
  }
});

it('leaves alone what somebody else holds', () => {
  const own = valuesAt(0, 9001);
  let state: State = { ...start(), parameters: [tensor1d(own), tensor1d(valuesAt(1, 5))] };
  state = update(state, gradientsAt(0));
  expect(own).toEqual(valuesAt(0, 9001));
  const held = clone(state.parameters[0]!);
  const before = held.dataSync();
  const next = update(state, gradientsAt(10));
  expectValues(next, 2);
  expect(held.dataSync()).toEqual(before);
});

it('takes the norm of all gradients', () => {
  const gradients = gradientsAt(3);
  const inputs = Object.fromEntries(gradients.map((gradient, i) => [`gradient${i}`, gradient]));
  const norm = engine().runKernel<Tensor>('CrossmodalGlobalNorm', inputs);
  const squares = gradients.flatMap((gradient) => [...gradient.dataSync()].map((value) => value * value));
  expect(norm.shape).toEqual([]);
  expect(norm.dataSync()[0]).toBeCloseTo(Math.sqrt(squares.reduce((sum, square) => sum + square, 0)), 3);
});
