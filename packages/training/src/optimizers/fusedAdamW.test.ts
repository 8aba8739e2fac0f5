import { seededNormalValues, type TestBackend, useBackend } from '@crossmodal/testing';
import {
  clone,
  dispose,
  profile,
  scalar,
  square,
  tensor,
  tensor1d,
  tidy,
  variable,
  type Tensor,
  type Variable,
} from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { AdamW } from './AdamW.js';
import { type AdamWNumbers } from './adamWUpdate.js';
import { updatePack } from './updatePack.js';

/** Every operation of the kernel is rounded as the composed one's, so that the bits are the same. */
const bitsOf = (values: ArrayLike<number>): string => {
  const floats = Float32Array.from(values, (each) => (Number.isNaN(each) ? NaN : each)); // of one kind
  return Buffer.from(floats.buffer).toString('base64');
};

const numbers = (steps: number): AdamWNumbers => ({
  learningRate: 0.02,
  weightDecay: steps % 2 === 0 ? 0.1 : 0,
  betas: [0.9, 0.99],
  epsilon: 1e-6,
  steps,
  gradientScale: steps % 3 === 0 ? 1 : 0.7,
});

/** Parameter and both moments after 20 updates. */
async function updateOften(backend: TestBackend, size: number): Promise<string[]> {
  await useBackend(backend);
  const parameter = variable(tensor1d(seededNormalValues(size, 1)));
  let moments = tidy(() => ({
    first: tensor1d(seededNormalValues(size, 2, 0.01)),
    second: square(tensor1d(seededNormalValues(size, 3, 0.01))),
  }));
  for (let steps = 1; steps <= 20; steps += 1) {
    const values = seededNormalValues(size, 3 + steps);
    if (steps === 20) values.set([NaN, Infinity, -Infinity, 0, -0].slice(0, size - 1), 1);
    const gradient = tensor1d(values);
    const pack = { parameters: [parameter], gradients: [gradient], ...moments };
    moments = tidy(() => ({ ...updatePack(pack, numbers(steps)) }));
    dispose([gradient, pack.first, pack.second]);
  }
  const results: string[] = [];
  for (const part of [parameter, moments.first, moments.second]) results.push(bitsOf(await part.data()));
  dispose([parameter, ...Object.values(moments)]);
  return results;
}

// The kernel goes through tensors in pieces of 2 ** 13 values, four at a time.
it.each([1, 2, 7, 2 ** 13 - 1, 2 ** 13, 2 ** 13 + 1, 3 * 2 ** 13 + 6])(
  'makes the composed updates bit for bit on onnxruntime: %d values, 20 steps',
  async (size) => {
    expect(await updateOften('onnxruntime', size)).toEqual(await updateOften('cpu', size));
  },
);

/** Small ones and one whose memory the backend reuses. */
const shapes = { 'a.weight': [3, 5], 'a.bias': [5], 'b.weight': [70, 100], scale: [] };

/** All parameters and moments after 20 steps of the optimizer. */
async function optimizeOften(backend: TestBackend): Promise<{ values: Record<string, string>; kernels: Set<string> }> {
  await useBackend(backend);
  const parameters = new Map<string, Variable>();
  for (const [i, [path, shape]] of Object.entries(shapes).entries()) parameters.set(path, variable(valuesOf(shape, i)));
  const optimizer = new AdamW(parameters, { learningRate: 0.02, weightDecay: 0.1 });
  const kernels = new Set<string>();
  for (let step = 0; step < 20; step += 1) {
    const gradients = new Map(Object.entries(shapes).map(([path, shape], i) => [path, valuesOf(shape, 10 * step + i)]));
    const { kernelNames, result } = await profile(() => {
      optimizer.step(gradients);
      return scalar(0);
    });
    for (const name of kernelNames) kernels.add(name);
    dispose([result, ...gradients.values()]);
  }
  const values: Record<string, string> = {};
  for (const [path, parameter] of parameters) values[path] = bitsOf(await parameter.data());
  for (const [name, { data }] of await optimizer.state()) values[name] = bitsOf(Float32Array.from(data, Number));
  optimizer.dispose();
  dispose([...parameters.values()]);
  return { values, kernels };
}

function valuesOf(shape: readonly number[], seed: number): Tensor {
  const size = shape.reduce((product, dimension) => product * dimension, 1);
  return tensor(seededNormalValues(size, seed), [...shape]);
}

it('makes the composed steps of an optimizer bit for bit on onnxruntime, without packing parameters', async () => {
  const composed = await optimizeOften('cpu');
  const fused = await optimizeOften('onnxruntime');
  expect(fused.kernels).toContain('CrossmodalAdamWPack');
  expect(composed.kernels).not.toContain('CrossmodalAdamWPack');
  expect(fused.values).toEqual(composed.values);
});

it('leaves copies of parameters and of moments alone, although it writes into their memory', async () => {
  await useBackend('onnxruntime');
  const parameter = variable(valuesOf([70, 100], 1));
  const optimizer = new AdamW(new Map([['weight', parameter]]), { learningRate: 0.02 });
  const gradient = valuesOf([70, 100], 2);
  optimizer.step(new Map([['weight', gradient]]));
  optimizer.step(new Map([['weight', gradient]]));
  const copy = clone(parameter);
  const read = await parameter.data();
  const state = await optimizer.state();
  const before = [bitsOf(read), ...[...state.values()].map(({ data }) => bitsOf(Float32Array.from(data, Number)))];
  optimizer.step(new Map([['weight', gradient]]));
  expect(bitsOf(await parameter.data())).not.toBe(before[0]);
  expect(bitsOf(await copy.data())).toBe(before[0]);
  expect([bitsOf(read), ...[...state.values()].map(({ data }) => bitsOf(Float32Array.from(data, Number)))]).toEqual(
    before,
  );
  optimizer.dispose();
  dispose([parameter, gradient, copy]);
});
