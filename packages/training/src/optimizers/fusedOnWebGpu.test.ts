import { registerFusedWebGpuKernels } from '@crossmodal/backends';
import { backendsUnderTest, expectTensorsClose, onBackends, seededNormal, useBackend } from '@crossmodal/testing';
import { square, type Tensor, type Tensor1D } from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { adamWUpdate, type AdamWNumbers } from './adamWUpdate.js';

const numbers: AdamWNumbers = {
  learningRate: 0.02,
  weightDecay: 0.1,
  betas: [0.9, 0.99],
  epsilon: 1e-6,
  steps: 3,
  gradientScale: 0.7,
};

const update = (size: number) => {
  const at = (seed: number): Tensor1D => seededNormal([size], seed) as Tensor1D;
  return adamWUpdate({ parameter: at(1), gradient: at(2), first: at(3), second: square(at(4)) }, numbers);
};

/** On backends without these kernels nothing changes, which is tested too. */
onBackends(backendsUnderTest(), (name) => {
  const composed = new Map<number, ReturnType<typeof update>>();
  // More than groups of threads fit in one row of a grid: 65,535 of 64.
  const sizes = name === 'webgpu' ? [1000, 65_536 * 64 + 5] : [1000];
  beforeAll(async () => {
    await useBackend('cpu');
    for (const size of sizes) composed.set(size, update(size));
    await useBackend(name);
    registerFusedWebGpuKernels();
  });

  it.each(sizes)('makes the same update of %d places with the fused kernel', async (size) => {
    const fused = update(size);
    for (const [part, wanted] of Object.entries(composed.get(size) ?? {}) as [keyof typeof fused, Tensor][]) {
      await expectTensorsClose(fused[part], wanted, 1e-5);
    }
    expect(Object.keys(fused).sort()).toEqual(['first', 'parameter', 'second']);
  });
});
