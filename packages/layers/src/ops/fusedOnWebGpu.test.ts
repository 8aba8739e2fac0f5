import { registerFusedWebGpuKernels } from '@crossmodal/backends';
import {
  backendsUnderTest,
  expectGradientsClose,
  expectTensorsClose,
  onBackends,
  seededNormal,
  useBackend,
} from '@crossmodal/testing';
import { backend, grads, tensor4d, tidy, type Tensor, type Tensor1D, type Tensor4D } from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { attention } from './attention.js';
import { gelu } from './gelu.js';
import { layerNorm } from './layerNorm.js';
import { maskedBias } from './maskToBias.js';
import { quickGelu } from './quickGelu.js';

interface Case {
  readonly name: string;
  readonly shapes: number[][];
  readonly run: (inputs: Tensor[]) => Tensor;
  /** That webgpu runs for value and gradients. */
  readonly programs: number;
}

/** Three samples: all keys open, the last ones masked, all masked. */
const keyBias = (keys: number): Tensor4D =>
  tensor4d(
    [0, keys - 2, keys].flatMap((masked) =>
      Array.from({ length: keys }, (_, i) => (i < keys - masked ? 0 : maskedBias)),
    ),
    [3, 1, 1, keys],
  );

const weightsOf = ([query, key]: Tensor[], bias?: Tensor4D): Tensor4D =>
  attention({ query: query as Tensor4D, key: key as Tensor4D, value: key as Tensor4D, bias }).attentions;

const cases: Case[] = [
  { name: 'gelu', shapes: [[3, 5, 7]], run: ([x]) => gelu(x!), programs: 2 },
  { name: 'quickGelu', shapes: [[70, 3]], run: ([x]) => quickGelu(x!), programs: 2 },
  // Wider than a group of threads, narrower, and a single value.
  ...[[2, 3, 150], [9, 5], [4, 1]].map((shape) => ({
    name: `layerNorm of [${shape.join(', ')}]`,
    shapes: [shape, shape.slice(-1), shape.slice(-1)],
    run: ([x, weight, bias]: Tensor[]) => layerNorm(x!, weight as Tensor1D, bias as Tensor1D, 1e-5),
    programs: 6,
  })), // prettier-ignore
  {
    name: 'attention over 100 keys',
    shapes: [[2, 3, 4, 6], [2, 3, 100, 6]], // prettier-ignore
    run: (inputs) => weightsOf(inputs),
    programs: 7,
  },
  {
    name: 'attention with masked keys',
    shapes: [[3, 2, 4, 6], [3, 2, 5, 6]], // prettier-ignore
    run: (inputs) => weightsOf(inputs, keyBias(5)),
    programs: 7,
  },
  {
    name: 'attention with a bias of heads and queries',
    shapes: [[2, 2, 4, 6], [2, 2, 5, 6]], // prettier-ignore
    run: (inputs) => weightsOf(inputs, seededNormal([1, 2, 4, 5], 9) as Tensor4D),
    programs: 7,
  },
];

interface Measured {
  readonly value: Tensor;
  readonly gradients: Tensor[];
  readonly programs: number;
}

function measure({ shapes, run }: Case): Measured {
  const inputs = shapes.map((shape, i) => seededNormal(shape, i + 1, 2));
  const value = tidy(() => run(inputs));
  const count = countPrograms();
  const gradients = grads((...given: Tensor[]) => run(given))(inputs, seededNormal(value.shape, 50));
  return { value, gradients, programs: count() };
}

/** Counts from here on; 0 on other backends. */
function countPrograms(): () => number {
  const gpu = backend() as unknown as { runWebGPUProgram?: (...given: unknown[]) => unknown };
  const own = gpu.runWebGPUProgram;
  let programs = 0;
  if (own) {
    gpu.runWebGPUProgram = (...given) => {
      programs += 1;
      return own.apply(gpu, given);
    };
  }
  return () => {
    if (own) gpu.runWebGPUProgram = own;
    return programs;
  };
}

/** On backends without these kernels nothing changes, which is tested too. */
onBackends(backendsUnderTest(), (name) => {
  const composed = new Map<Case, Measured>();
  beforeAll(async () => {
    await useBackend('cpu');
    for (const each of cases) composed.set(each, measure(each));
    await useBackend(name);
    registerFusedWebGpuKernels();
    registerFusedWebGpuKernels(); // a second time does nothing
  });

  it.each(cases)('computes what the composed form gives, in few programs, and leaks nothing: $name', async (each) => {
    const wanted = composed.get(each)!;
    const fused = measure(each);
    await expectTensorsClose(fused.value, wanted.value, 1e-5);
    expect(fused.gradients).toHaveLength(each.shapes.length);
    for (const [i, gradient] of fused.gradients.entries()) await expectGradientsClose(gradient, wanted.gradients[i]!);
    if (name === 'webgpu') expect(fused.programs).toBe(each.programs);
    // Of the backend itself: what a kernel makes beside its outputs is no tensor that tidy would know.
    const held = backend().numDataIds();
    tidy(() => void measure(each));
    expect(backend().numDataIds()).toBe(held);
  });
});
