import { mul, ones, relu, square, sum, tensor, tidy, customGrad, type Tensor } from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, it } from 'vitest';
import {
  backendsUnderTest,
  type Computation,
  checkGradients,
  computeOn,
  expectAlike,
  expectGradientsClose,
  expectNoLeaks,
  expectTensorsClose,
  goldenTensor,
  goldenValue,
  onBackends,
  readGolden,
  seededNormal,
  seededNormalValues,
  seededUniform,
  useBackend,
} from './index.js';

onBackends(['cpu', 'wasm', 'onnxruntime'], (name) => {
  it('compares dtype, shape and every value', async () => {
    const x = tensor([1, 2, 3, 4], [2, 2]);
    await expectTensorsClose(x, { shape: [2, 2], values: [1, 2, 3, 4.000001] });
    await expect(expectTensorsClose(x, { shape: [4], values: [1, 2, 3, 4] })).rejects.toThrow(
      'shape must be [4], got [2, 2].',
    );
    await expect(expectTensorsClose(x, tensor([1, 2, 3, 4], [2, 2], 'int32'))).rejects.toThrow(
      'dtype must be int32, got float32.',
    );
    await expect(expectTensorsClose(x, { shape: [2, 2], values: [1, 2.5, 2, 4] }, 0.1)).rejects.toThrow(
      'expectTensorsClose: 2 of 4 values differ by more than 0.1. The largest difference is 1 at [1, 0]: expected 2, got 3.',
    );
  });

  it('takes NaN for different from everything but NaN', async () => {
    const x = tensor([NaN, 1]);
    await expectTensorsClose(x, { shape: [2], values: [NaN, 1] });
    await expect(expectTensorsClose(x, { shape: [2], values: [0, 1] })).rejects.toThrow('expected 0, got NaN');
    await expect(expectTensorsClose(tensor([1]), { shape: [1], values: [NaN] })).rejects.toThrow('expected NaN, got 1');
  });

  it('measures gradients by their largest entry', async () => {
    const expected = { shape: [2], values: [100, 1] };
    await expectGradientsClose(tensor([100, 1.009]), expected);
    await expect(expectGradientsClose(tensor([100, 1.02]), expected)).rejects.toThrow('1 of 2 values differ');
    await expectGradientsClose(tensor([5e-8]), { shape: [1], values: [0] });
    await expect(expectGradientsClose(tensor([5e-7]), { shape: [1], values: [0] })).rejects.toThrow('differ');
  });

  it('counts what is left behind, also after what the first run caches', async () => {
    let cache: Tensor | undefined;
    await expectNoLeaks(() => {
      cache ??= ones([2]);
      tidy(() => mul(ones([2]), cache!).shape);
    });
    await expect(expectNoLeaks(() => ones([2]))).rejects.toThrow('got 1 tensors and 1 data buffers.');
    await expect(expectNoLeaks(() => Promise.reject(new Error('from run')))).rejects.toThrow('from run');
  });

  it('compares computations by their largest entry, NaN and infinities by their places', () => {
    const of = (values: number[]) => ({ shape: [values.length], values });
    expectAlike(of([100, NaN, -Infinity, 1.009]), of([100, NaN, -Infinity, 1]), 1e-4);
    expect(() => expectAlike(of([100, 1.02]), of([100, 1]), 1e-4)).toThrow(
      'expectAlike: values must agree within 0.01, but at place 1 of [2] expected 1, got 1.02.',
    );
    expect(() => expectAlike(of([NaN]), of([1]), 1)).toThrow('expected 1, got NaN');
    expect(() => expectAlike(of([1]), of([NaN]), 1)).toThrow('expected NaN, got 1');
    expect(() => expectAlike(of([Infinity]), of([-Infinity]), 1)).toThrow('expected -Infinity, got Infinity');
    expect(() => expectAlike(of([1, 2]), of([1]), 1)).toThrow('shape must be [1], got [2].');
  });

  it('accepts right gradients and refuses wrong, zero and missing ones', async () => {
    const x = seededNormal([3, 2], 1);
    await checkGradients((a, b) => mul(square(a), b), [x, seededNormal([3, 2], 2)]);
    const wrong = customGrad((a: unknown) => ({
      value: square(a as Tensor),
      gradFunc: (dy: Tensor) => mul(dy, a as Tensor),
    }));
    await expect(checkGradients((a) => wrong(a), [x])).rejects.toThrow(
      'checkGradients: input 0: finite differences say',
    );
    await expect(checkGradients((a) => relu(mul(square(a), -1)), [x])).rejects.toThrow(
      'checkGradients: input 0: the gradient must not be zero everywhere, got zeros or NaN.',
    );
    await expectNoLeaks(() => checkGradients((a) => sum(square(a)), [x]));
  });

  it(`draws the same numbers on ${name} as on any backend`, async () => {
    const [normal, uniform] = [seededNormal([3], 5, 2), seededUniform([2, 2], 5, -1, 1)];
    expect([...(await normal.data()), ...(await uniform.data())].map((value) => value.toFixed(5)))
      .toMatchInlineSnapshot(`
      [
        "-1.65778",
        "4.48870",
        "-4.12230",
        "0.02033",
        "-0.24668",
        "-0.94973",
        "0.80989",
      ]
    `);
    expect(uniform.shape).toEqual([2, 2]);
    const many = [...(await seededNormal([10_000], 1).data())];
    expect(Math.abs(many.reduce((total, value) => total + value, 0) / 10_000)).toBeLessThan(0.04);
    expect(many.reduce((total, value) => total + value * value, 0) / 10_000).toBeCloseTo(1, 1);
  });
});

it('computes values and gradients on a backend and names the kernels', async () => {
  const run: Computation['run'] = ([a, b]) => mul(square(a), b!);
  const inputs = [{ shape: [2], values: [1, 2] }, { shape: [2], values: [3, 4] }]; // prettier-ignore
  const cpu = await computeOn('cpu', { inputs, run });
  expect(cpu.value).toEqual({ shape: [2], values: [3, 16] });
  const dy = seededNormalValues(2, 50);
  expectAlike(cpu.gradients[0]!, { shape: [2], values: [6 * dy[0]!, 16 * dy[1]!] }, 1e-6);
  expectAlike(cpu.gradients[1]!, { shape: [2], values: [dy[0]!, 4 * dy[1]!] }, 1e-6);
  expect([...cpu.kernels]).toEqual(expect.arrayContaining(['Square', 'Multiply']));
  await expectNoLeaks(() => computeOn('cpu', { inputs, run }));
});

describe('golden files', () => {
  const at = (name: string): URL => new URL(`../fixtures/${name}.json`, import.meta.url);

  it('are read and looked up by name', async () => {
    await useBackend('cpu');
    const golden = await readGolden(at('example'));
    expect(goldenValue(golden, 'x').values).toEqual([1, 2]);
    await expectTensorsClose(goldenTensor(golden, 'x'), { shape: [1, 2], values: [1, 2] }, 0);
    expect(() => goldenValue(golden, 'z')).toThrow('goldenValue: the file has no "z". It holds: x.');
    await expect(readGolden(at('wrong-size'))).rejects.toThrow(
      'readGolden: "y" must hold 2 values for shape [1, 2], got 3.',
    );
  });
});

describe('backendsUnderTest', () => {
  const before = process.env.CROSSMODAL_TEST_BACKENDS;
  afterEach(() => {
    if (before === undefined) delete process.env.CROSSMODAL_TEST_BACKENDS;
    else process.env.CROSSMODAL_TEST_BACKENDS = before;
  });

  it('reads the environment and refuses unknown names', () => {
    delete process.env.CROSSMODAL_TEST_BACKENDS;
    expect(backendsUnderTest()).toEqual(['cpu', 'wasm', 'onnxruntime']);
    process.env.CROSSMODAL_TEST_BACKENDS = 'webgpu, cpu';
    expect(backendsUnderTest()).toEqual(['webgpu', 'cpu']);
    process.env.CROSSMODAL_TEST_BACKENDS = 'cuda';
    expect(backendsUnderTest).toThrow(
      'CROSSMODAL_TEST_BACKENDS: each entry must be one of cpu, wasm, webgpu, onnxruntime, tensorflow, got "cuda".',
    );
  });
});
