import { add, backend, matMul, memory, ones, sum, tensor1d, tidy } from '@tensorflow/tfjs-core';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { beforeAll, describe, expect, it } from 'vitest';

import { startBackend } from '../startBackend.js';
import { assertGpuHealthy } from './assertGpuHealthy.js';
import { GpuDeviceLostError } from './GpuDeviceLostError.js';
import { GpuOperationError } from './GpuOperationError.js';
import { limitGpuMemory } from './limitGpuMemory.js';

/** Started by the tests. */
const webgpu = (): Pick<WebGPUBackend, 'device'> => backend() as unknown as WebGPUBackend;
const allocated = (): number =>
  (memory() as unknown as { readonly numBytesAllocatedInGPU: number }).numBytesAllocatedInGPU;

describe('failures on webgpu', () => {
  beforeAll(() => startBackend('webgpu'));

  it('become an error that names the operation, where WebGPU would go on in silence', async () => {
    const x = tensor1d([1, 2, 3]);
    const { device } = webgpu();
    const buffer = device.createBuffer({ size: 16, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST });
    const encoder = device.createCommandEncoder();
    encoder.clearBuffer(buffer);
    buffer.destroy();
    device.queue.submit([encoder.finish()]);
    const error: unknown = await assertGpuHealthy({ step: 3 }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(GpuOperationError);
    expect(error).toMatchObject({ kind: 'validation', step: 3 });
    expect((error as Error).message).toContain('destroyed');
    expect([...(await add(x, 1).data())]).toEqual([2, 3, 4]);
    await assertGpuHealthy();
  });

  it('say that the device was lost, and the backend starts anew on another one', async () => {
    const old = webgpu();
    const product = matMul(ones([64, 64]), ones([64, 64]));
    old.device.destroy();
    await expect(product.data()).rejects.toThrow();
    const error: unknown = await assertGpuHealthy({ step: 7 }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(GpuDeviceLostError);
    expect(error).toMatchObject({ reason: 'destroyed', step: 7 });
    await startBackend('webgpu');
    expect(webgpu()).not.toBe(old);
    const [value] = await matMul(ones([64, 64]), ones([64, 64])).data();
    expect(value).toBe(64);
    await assertGpuHealthy();
    product.dispose();
  });
});

describe('the memory on webgpu', () => {
  beforeAll(() => startBackend('webgpu'));

  /** 200 sums of every length up to 200 thousand, which come in no order. */
  async function manyLengths(): Promise<number[]> {
    const sums: number[] = [];
    for (let i = 0; i < 200; i++) {
      const length = 1000 * (1 + ((i * 73) % 200));
      const total = tidy(() => sum(add(ones([length]), i)));
      sums.push((await total.data())[0] ?? NaN);
      total.dispose();
    }
    return sums;
  }

  it('grows with every length without a bound, and stays within one, with the same values', async () => {
    limitGpuMemory(backend(), { freeBytes: Infinity });
    const before = allocated();
    const free = await manyLengths();
    const grown = allocated() - before;
    expect(grown).toBeGreaterThan(50e6);
    limitGpuMemory(backend(), { freeBytes: 4e6 });
    const bounded = await manyLengths();
    expect(allocated() - before).toBeLessThan(8e6);
    expect(bounded).toEqual(free);
    await assertGpuHealthy();
  });
});
