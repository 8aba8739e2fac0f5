import '@tensorflow/tfjs-backend-cpu';
import { dispose, memory, profile, setBackend, tensor1d } from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { globalNorm } from './clipByGlobalNorm.js';
import { packSize } from './packTensors.js';

beforeAll(() => setBackend('cpu'));

it('squares one pack of gradients at a time', async () => {
  const gradients = new Map(
    [3, 4, 12].map((value) => [`of ${value}`, tensor1d(new Float32Array(packSize).fill(value * 2 ** -10))]),
  );
  const before = memory().numBytes;
  const { result, peakBytes } = await profile(() => globalNorm(gradients));
  // 2^20 values of each: the norm of (3, 4, 12).
  expect(await (result as ReturnType<typeof globalNorm>).array()).toBeCloseTo(13, 5);
  // Its squares, and what the backend needs to add them up.
  expect(peakBytes - before).toBeLessThan(2.01 * 4 * packSize);
  dispose([...gradients.values(), result]);
});
