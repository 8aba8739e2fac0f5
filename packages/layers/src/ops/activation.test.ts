import { backendsUnderTest, checkGradients, expectTensorsClose, onBackends, seededNormal } from '@crossmodal/testing';
import { grad, sum, tensor, type Tensor } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { expectGoldenCase, readOpsGolden } from '../__golden__/expectGoldenCase.js';
import { expectLeakFree } from '../__golden__/expectLeakFree.js';
import { activation, activationNames, type ActivationName } from './activation.js';
import { gelu } from './gelu.js';
import { geluTanh } from './geluTanh.js';
import { quickGelu } from './quickGelu.js';
import { relu } from './relu.js';

onBackends(backendsUnderTest(), () => {
  it.each([
    ['gelu', gelu],
    ['geluTanh', geluTanh],
    ['quickGelu', quickGelu],
    ['relu', relu],
  ])('equals PyTorch from -12 to 12: %s', async (name, f) => {
    await expectGoldenCase({
      golden: await readOpsGolden(),
      name,
      inputs: ['x'],
      compute: ([x]) => ({ y: f(x!) }),
    });
  });

  it.each([
    ['gelu', gelu],
    ['geluTanh', geluTanh],
    ['quickGelu', quickGelu],
    ['relu', relu],
  ])('agrees with finite differences and leaves nothing behind: %s', async (_, f) => {
    await checkGradients((x) => f(x), [seededNormal([2, 3, 6], 1)]);
    await expectLeakFree((x) => f(x), [seededNormal([2, 3, 6], 1)]);
  });

  it('has the slope 1/2 at zero and finite slopes far out', async () => {
    for (const f of [gelu, geluTanh, quickGelu]) {
      const slope = grad((x: Tensor) => sum(f(x)))(tensor([0, -0, -100, 100, 1e-38]));
      await expectTensorsClose(slope, { shape: [5], values: [0.5, 0.5, 0, 1, 0.5] });
    }
  });

  // 1e-37 and not less: GPUs may take numbers below the smallest normal one, 1.2e-38, for zero.
  it('has the slope 0 at zero for relu, as in PyTorch', async () => {
    const slope = grad((x: Tensor) => sum(relu(x)))(tensor([0, -0, -100, 100, 1e-37]));
    await expectTensorsClose(slope, { shape: [5], values: [0, 0, 0, 1, 1] }, 0);
  });
});

it('finds activations by the names of Hugging Face', () => {
  expect(activationNames.map(activation)).toEqual([gelu, geluTanh, geluTanh, quickGelu, relu]);
  expect(() => activation('swish' as ActivationName)).toThrow(
    'activation: name must be one of gelu, gelu_new, gelu_pytorch_tanh, quick_gelu, relu, got "swish".',
  );
});
