import {
  backendsUnderTest,
  expectNoLeaks,
  expectTensorsClose,
  goldenTensor,
  goldenValue,
  onBackends,
  readGolden,
  useBackend,
} from '@crossmodal/testing';
import { parseSafetensors, serializeSafetensors, WeightsError, type TensorData } from '@crossmodal/weights';
import { dispose, memory, mul, tensor1d, tidy, variable, type Tensor, type Variable } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { warmupCosineSchedule } from '../schedules/warmupCosineSchedule.js';
import { AdamW, type AdamWOptions } from './AdamW.js';

const golden = await readGolden(new URL('../../fixtures/training.json', import.meta.url));
const paths = Object.keys(golden).flatMap((name) => /^adamw\/initial\/(.*)$/.exec(name)?.[1] ?? []);
const options: AdamWOptions = {
  learningRate: 0.02,
  betas: [0.9, 0.98],
  // Large, so that it matters where it is added.
  epsilon: 1e-2,
  weightDecay: 0.1,
  learningRateOf: (path) => (path.startsWith('encoder.') ? 0.25 : 1),
};
const schedule = warmupCosineSchedule({ warmupSteps: 4, totalSteps: 20 });

function goldenParameters(): Map<string, Variable> {
  return new Map(paths.map((path) => [path, tidy(() => variable(goldenTensor(golden, `adamw/initial/${path}`)))]));
}

function goldenGradients(step: number): Map<string, Tensor> {
  const found = paths.filter((path) => golden[`adamw/gradient/${step}/${path}`]);
  return new Map(found.map((path) => [path, goldenTensor(golden, `adamw/gradient/${step}/${path}`)]));
}

function goldenStep(optimizer: AdamW, step: number): void {
  const gradients = goldenGradients(step);
  optimizer.step(gradients, schedule(step));
  dispose([...gradients.values()]);
}

onBackends(backendsUnderTest(), () => {
  it('agrees with PyTorch over 20 steps with groups, decay, a schedule, a frozen parameter and a late one', async () => {
    const parameters = goldenParameters();
    const optimizer = new AdamW(parameters, options);
    for (let step = 0; step < 20; step += 1) {
      goldenStep(optimizer, step);
      if (![0, 6, 7, 19].includes(step)) continue;
      for (const [path, parameter] of parameters) {
        await expectTensorsClose(parameter, goldenValue(golden, `adamw/after/${step}/${path}`));
      }
    }
    expect(optimizer.stepCount).toBe(20);
    const state = await optimizer.state();
    const names = Object.keys(golden).flatMap((name) => /^adamw\/state\/(.*)$/.exec(name)?.[1] ?? []);
    expect([...state.keys()].sort()).toEqual([...names, 'stepCount'].sort());
    for (const name of names) {
      const { shape, values } = goldenValue(golden, `adamw/state/${name}`);
      expect(state.get(name)!.shape, name).toEqual(shape);
      Array.from(state.get(name)!.data, Number).forEach((value, i) => {
        expect(value, name).toBeCloseTo(values[i]!, 5);
      });
    }
  });

  it('continues from a saved state with the same bits, also across the late gradient', async () => {
    const whole = goldenParameters();
    const wholeOptimizer = new AdamW(whole, options);
    for (let step = 0; step < 12; step += 1) goldenStep(wholeOptimizer, step);
    for (const stop of [0, 3, 7, 8, 11]) {
      const parameters = goldenParameters();
      const first = new AdamW(parameters, options);
      for (let step = 0; step < stop; step += 1) goldenStep(first, step);
      const file = serializeSafetensors(await first.state());
      first.dispose();
      const second = new AdamW(parameters, options);
      // What was there before must not matter.
      const stray = new Map(
        [...parameters.keys()].map((path) => [path, goldenTensor(golden, `adamw/initial/${path}`)]),
      );
      const values = new Map([...parameters].map(([path, parameter]) => [path, parameter.clone()]));
      second.step(stray);
      for (const [path, value] of values) parameters.get(path)!.assign(value);
      second.loadState(parseSafetensors(file));
      expect(second.stepCount).toBe(stop);
      for (let step = stop; step < 12; step += 1) goldenStep(second, step);
      for (const [path, parameter] of parameters) await expectTensorsClose(parameter, whole.get(path)!, 0);
    }
  });

  it('multiplies the gradients by gradientScale', async () => {
    const [scaled, plain] = [goldenParameters(), goldenParameters()];
    const halves = new Map([...goldenGradients(0)].map(([path, gradient]) => [path, mul(gradient, 0.5)]));
    new AdamW(scaled, options).step(goldenGradients(0), 1, { gradientScale: 0.5 });
    new AdamW(plain, options).step(halves);
    for (const [path, parameter] of scaled) await expectTensorsClose(parameter, plain.get(path)!, 1e-7);
  });

  it('holds as many tensors after each step, and none once it is disposed', async () => {
    const parameters = goldenParameters();
    const gradients = goldenGradients(19);
    const before = memory();
    const optimizer = new AdamW(parameters, options);
    optimizer.step(gradients);
    await expectNoLeaks(() => optimizer.step(gradients));
    await expectNoLeaks(async () => {
      optimizer.loadState(await optimizer.state());
      optimizer.step(gradients);
    });
    // Fewer and other parameters in each step: packs are taken apart and put together.
    await expectNoLeaks(() => {
      for (const path of gradients.keys()) optimizer.step(new Map([[path, gradients.get(path)!]]));
      optimizer.step(gradients);
    });
    tidy(() => optimizer.step(gradients));
    optimizer.step(gradients);
    optimizer.dispose();
    optimizer.dispose();
    expect(memory().numTensors).toBe(before.numTensors);
    expect(memory().numDataBuffers).toBe(before.numDataBuffers);
  });

  it('gives the same bits however parameters are packed', async () => {
    const gradients = goldenGradients(19);
    const [together, apart] = [goldenParameters(), goldenParameters()];
    const one = new AdamW(together, options);
    const other = new AdamW(apart, options);
    for (let step = 0; step < 3; step += 1) {
      one.step(gradients);
      for (const [path, gradient] of gradients) other.step(new Map([[path, gradient]]));
    }
    for (const [path, parameter] of together) await expectTensorsClose(apart.get(path)!, parameter, 0);
  });
});

it('takes PyTorch defaults', async () => {
  await useBackend('cpu');
  const parameters = new Map([['weight', variable(tensor1d([1]))]]);
  new AdamW(parameters, { learningRate: 0.1 }).step(new Map([['weight', tensor1d([3])]]));
  // 1 - 0.1 * 0.01 - 0.1 * 3 / (3 + 1e-8)
  await expectTensorsClose(parameters.get('weight')!, { shape: [1], values: [0.899] }, 1e-7);
});

it('refuses options outside their range', () => {
  const none = new Map<string, Variable>();
  expect(() => new AdamW(none, { learningRate: -1 })).toThrow(
    'AdamW: learningRate must be a finite number from 0, got -1.',
  );
  expect(() => new AdamW(none, { learningRate: 1, epsilon: NaN })).toThrow('AdamW: epsilon must be a finite');
  expect(() => new AdamW(none, { learningRate: 1, weightDecay: Infinity })).toThrow('AdamW: weightDecay must be');
  expect(() => new AdamW(none, { learningRate: 1, betas: [0.9, 1] })).toThrow('AdamW: betas must be in [0, 1), got 1.');
  expect(() => new AdamW(goldenParameters(), { learningRate: 1, learningRateOf: () => -2 })).toThrow(
    'AdamW: learningRateOf("classifier.weight") must be a finite number from 0, got -2.',
  );
});

it('refuses gradients of strangers and other shapes, and then changes nothing', async () => {
  await useBackend('cpu');
  const parameters = goldenParameters();
  const optimizer = new AdamW(parameters, options);
  const good = goldenGradients(0).get('classifier.weight')!;
  const step = (path: string, gradient: Tensor): (() => void) => {
    return () => optimizer.step(new Map([['classifier.weight', good], [path, gradient]])); // prettier-ignore
  };
  expect(step('clasifier.bias', tensor1d([1]))).toThrow(
    'AdamW: each path must be one of the 7 parameters, got "clasifier.bias". Create the optimizer with the parameters of the same model.',
  );
  expect(step('classifier.bias', tensor1d([1]))).toThrow(
    'AdamW: the gradient of "classifier.bias" must be [3], got [1].',
  );
  expect(optimizer.stepCount).toBe(0);
  await expectTensorsClose(
    parameters.get('classifier.weight')!,
    goldenValue(golden, 'adamw/initial/classifier.weight'),
  );
});

it('refuses a state of other parameters, and then keeps its own', async () => {
  await useBackend('cpu');
  const optimizer = new AdamW(goldenParameters(), options);
  goldenStep(optimizer, 0);
  const state = await optimizer.state();
  const changed = (change: (state: Map<string, TensorData>) => void): (() => void) => {
    const copy = new Map(state);
    change(copy);
    return () => optimizer.loadState(copy);
  };
  const one: TensorData = { dtype: 'F32', shape: [1], data: Float32Array.of(1) };
  expect(changed((copy) => copy.set('other.weight.exp_avg', one))).toThrow('1 unexpected (other.weight.exp_avg)');
  expect(changed((copy) => copy.set('classifier.bias.exp_avg', one))).toThrow('classifier.bias.exp_avg [3], got [1]');
  expect(changed((copy) => copy.delete('classifier.bias.exp_avg_sq'))).toThrow(
    '1 missing (classifier.bias.exp_avg_sq)',
  );
  expect(changed((copy) => copy.clear())).toThrow(WeightsError);
  expect(changed((copy) => copy.set('stepCount', { ...one, shape: [] }))).toThrow(
    'AdamW.loadState: "stepCount" must be one I64 number from 0, got 1.',
  );
  expect(
    changed((copy) => copy.set('encoder.bias.exp_avg', { dtype: 'I32', shape: [2], data: Int32Array.of(1, 2) })),
  ).toThrow('AdamW.loadState: "encoder.bias.exp_avg" must be F32, got Int32Array.');
  expect(await optimizer.state()).toEqual(state);
});

it('refuses to work once it is disposed', async () => {
  await useBackend('cpu');
  const optimizer = new AdamW(new Map(), options);
  optimizer.dispose();
  expect(() => optimizer.step(new Map())).toThrow(
    'AdamW: step needs a live optimizer, got a disposed one. Create it again.',
  );
  expect(() => optimizer.loadState(new Map())).toThrow('AdamW: loadState needs a live optimizer');
  await expect(optimizer.state()).rejects.toThrow('AdamW: state needs a live optimizer');
});
