import '@tensorflow/tfjs-backend-cpu';
import {
  dispose,
  memory,
  mul,
  profile,
  setBackend,
  sin,
  square,
  tidy,
  range,
  type Tensor1D,
} from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { adamWUpdate, type AdamWNumbers, type AdamWTensors } from './adamWUpdate.js';

const size = 1000;
const bytes = 4 * size;
const numbers: AdamWNumbers = {
  learningRate: 0.02,
  weightDecay: 0.1,
  betas: [0.9, 0.98],
  epsilon: 1e-3,
  steps: 3,
  gradientScale: 0.5,
};

const wave = (step: number): Tensor1D => tidy(() => sin(mul(range(1, size + 1), step)));

function tensors(): AdamWTensors {
  return { parameter: wave(0.7), gradient: wave(1.3), first: wave(0.4), second: tidy(() => square(wave(0.9))) };
}

describe('adamWUpdate, composed', () => {
  beforeAll(() => setBackend('cpu'));

  it('needs four tensors of the size of its parameter beside what it is given, and no more', async () => {
    const given = tensors();
    const before = memory().numBytes;
    const { peakBytes } = await profile(() => tidy(() => Object.values(adamWUpdate(given, numbers))));
    expect(peakBytes - before).toBeLessThanOrEqual(4 * bytes);
    // Old moments are gone, parameter and gradient are the caller's.
    expect([given.first, given.second].map(({ isDisposed }) => isDisposed)).toEqual([true, true]);
    expect([given.parameter, given.gradient].map(({ isDisposed }) => isDisposed)).toEqual([false, false]);
    dispose([given.parameter, given.gradient]);
  });

  it.each<[string, Partial<AdamWNumbers>]>([
    ['with decay and a factor of the gradient', {}],
    ['without either, where gradient and parameter are used as they are', { gradientScale: 1, weightDecay: 0 }],
  ])('gives the numbers of the definition %s', async (_, changes) => {
    const own = { ...numbers, ...changes };
    const given = tensors();
    const [p, g, m, v] = await Promise.all(
      [given.parameter, given.gradient, given.first, given.second].map((tensor) => tensor.data<'float32'>()),
    );
    const updated = tidy(() => adamWUpdate(given, own));
    const found = await updated.parameter.data();
    const [beta1, beta2] = own.betas;
    for (const i of [0, 1, 499, 999]) {
      const gradient = g![i]! * own.gradientScale;
      const first = beta1 * m![i]! + (1 - beta1) * gradient;
      const second = beta2 * v![i]! + (1 - beta2) * gradient ** 2;
      const step = first / (1 - beta1 ** own.steps) / (Math.sqrt(second / (1 - beta2 ** own.steps)) + own.epsilon);
      expect(found[i]).toBeCloseTo(p![i]! * (1 - own.learningRate * own.weightDecay) - own.learningRate * step, 5);
    }
    dispose([given.parameter, given.gradient, ...Object.values(updated)]);
  });
});
