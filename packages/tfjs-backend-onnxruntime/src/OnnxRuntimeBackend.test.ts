import {
  add,
  clone,
  dispose,
  getKernel,
  matMul,
  memory,
  mul,
  neg,
  relu,
  reshape,
  type Scalar,
  setBackend,
  slice,
  square,
  sub,
  sum,
  tensor,
  type Tensor,
  type TensorInfo,
  tidy,
  train,
  variable,
} from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { numbers, startOnnxRuntime } from './__comparison__/compareWithCpu.js';
import { type OnnxRuntimeBackend } from './OnnxRuntimeBackend.js';

/** Values whose memory comes from the pool. */
const size = 2 ** 14;
let backend: OnnxRuntimeBackend;

beforeAll(async () => {
  backend = await startOnnxRuntime();
});

/** Makes the pool lend everything that waits in it, and overwrites it. */
function useMemoryAgain(): void {
  tidy(() => {
    for (let i = 0; i < 20; i += 1) neg(add(tensor(new Float32Array(size).fill(7)), 1));
  });
}

function computed(seed: number): Tensor {
  return tidy(() => mul(tensor(numbers(size, seed)), 2));
}

describe('memory of OnnxRuntimeBackend', () => {
  it('is used again after a tensor is disposed', () => {
    const x = computed(1);
    const { buffer } = backend.valuesOf(x);
    x.dispose();
    const y = computed(2);
    expect(backend.valuesOf(y).buffer).toBe(buffer);
    y.dispose();
  });

  it('is not used again while someone holds values that were read', async () => {
    for (const read of [(x: Tensor) => x.dataSync(), (x: Tensor) => x.data()]) {
      const x = computed(1);
      const values = await read(x);
      const before = values.slice();
      x.dispose();
      useMemoryAgain();
      expect(values).toEqual(before);
    }
  });

  it('is never the memory of an array of the caller', () => {
    const own = numbers(size, 3);
    const before = own.slice();
    for (let i = 0; i < 3; i += 1) {
      const x = tensor(own);
      const y = add(x, 1);
      dispose([x, y]);
      useMemoryAgain();
    }
    expect(own).toEqual(before);
  });

  it('stays with a view that a cpu kernel gave out, after the whole is disposed', () => {
    const x = computed(4);
    const wanted = x.dataSync().slice(0, size / 2);
    const { kernelFunc } = getKernel('Slice', 'cpu');
    const attrs = { begin: [0], size: [size / 2] };
    const view = kernelFunc({ inputs: { x }, attrs, backend }) as TensorInfo;
    expect(backend.valuesOf(view).buffer).toBe(backend.valuesOf(x).buffer);
    x.dispose();
    useMemoryAgain();
    expect(backend.valuesOf(view)).toEqual(wanted);
    backend.disposeData(view.dataId);
  });

  it('is shared by clones and other shapes until the last is disposed', () => {
    const before = backend.pool.lentBytes;
    const x = computed(5);
    const wanted = x.dataSync();
    const [twin, matrix] = [clone(x), reshape(x, [128, 128])];
    expect(backend.pool.lentBytes - before).toBe(4 * size);
    x.dispose();
    twin.dispose();
    useMemoryAgain();
    expect(matrix.dataSync()).toEqual(wanted);
    matrix.dispose();
    expect(backend.pool.lentBytes).toBe(before);
  });

  it('goes from the old value of a variable to the pool', () => {
    const before = backend.pool.lentBytes;
    const x = tidy(() => variable(computed(6)));
    const first = x.dataSync()[1]!;
    for (let i = 0; i < 5; i += 1) tidy(() => x.assign(mul(x, 2)));
    expect(x.dataSync()[1]).toBe(first * 32);
    expect(backend.pool.lentBytes - before).toBe(4 * size);
    x.dispose();
    expect(backend.pool.lentBytes).toBe(before);
  });

  it('comes back when ONNX Runtime fails', () => {
    const before = [memory().numDataBuffers, backend.numDataIds(), backend.pool.lentBytes];
    const x = { key: 'wrong', build: () => undefined };
    const output = { shape: [size], dtype: 'float32' as const };
    expect(() => backend.computeOne(x, [], output, 1)).toThrow();
    expect(() => backend.compute(x, [], [output, output], 1)).toThrow();
    const input = computed(7);
    expect(() => backend.computeInPieces(x, [input])).toThrow();
    input.dispose();
    expect([memory().numDataBuffers, backend.numDataIds(), backend.pool.lentBytes]).toEqual(before);
  });

  it('is given back for all tensors of a step', () => {
    const before = [memory().numTensors, memory().numDataBuffers, backend.pool.lentBytes];
    tidy(() => {
      const x = reshape(computed(8), [128, 128]);
      return sum(square(sub(matMul(x, x), slice(x, [0, 0], [1, 128]))));
    }).dispose();
    expect([memory().numTensors, memory().numDataBuffers, backend.pool.lentBytes]).toEqual(before);
  });

  it('moves to the cpu backend and back', async () => {
    const x = computed(9);
    const wanted = x.dataSync();
    const before = backend.pool.lentBytes;
    await setBackend('cpu');
    const onCpu = add(x, 0);
    expect(backend.pool.lentBytes).toBe(before - 4 * size);
    useMemoryAgain();
    await setBackend('onnxruntime');
    useMemoryAgain();
    const back = mul(x, onCpu);
    expect(back.dataSync()).toEqual(wanted.map((value) => Math.fround(value * value)));
    dispose([x, onCpu, back]);
  });
});

describe('training', () => {
  it('keeps the numbers of tensors and bytes from step to step', () => {
    const inputs = tensor(numbers(64 * 64, 1), [64, 64]);
    const targets = slice(inputs, [0, 5], [64, 1]);
    const [first, second] = tidy(() => [
      variable(mul(tensor(numbers(64 * 64, 3), [64, 64]), 0.05)),
      variable(mul(tensor(numbers(64, 4), [64, 1]), 0.05)),
    ]);
    const optimizer = train.sgd(0.0001);
    const step = (): number => {
      const loss = optimizer.minimize(() => {
        const outputs = matMul(relu(matMul(inputs, first)), second);
        return sum<Scalar>(square(sub(outputs, targets)));
      }, true);
      const value = loss!.dataSync()[0]!;
      loss!.dispose();
      return value;
    };
    const firstLoss = step();
    step();
    const counts = (): number[] => [
      memory().numTensors,
      memory().numDataBuffers,
      backend.numDataIds(),
      backend.pool.lentBytes,
    ];
    const [before, keptBefore] = [counts(), backend.pool.keptBytes];
    let lastLoss = firstLoss;
    const numSteps = process.env.CROSSMODAL_VERIFY ? 5000 : 100;
    for (let i = 0; i < numSteps; i += 1) {
      lastLoss = step();
      if (i % 50 === 0) expect(counts()).toEqual(before);
    }
    expect(counts()).toEqual(before);
    expect(backend.pool.keptBytes).toBe(keptBefore);
    expect(lastLoss).toBeLessThan(firstLoss / 10);
    optimizer.dispose();
    dispose([inputs, targets, first, second]);
  });
});
