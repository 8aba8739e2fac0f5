import { backend } from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { startBackend } from '../startBackend.js';
import { type FakeGpu, fakeGpu, provideNavigatorGpu } from './__fakes__/fakeGpu.js';
import { isKnownPool } from './GpuBackend.js';
import { limitGpuMemory } from './limitGpuMemory.js';

const USAGE = 128;

describe('limitGpuMemory', () => {
  let gpu: FakeGpu;
  let undo = (): void => undefined;
  beforeEach(() => {
    undo = provideNavigatorGpu();
    gpu = fakeGpu();
  });
  afterEach(() => undo());

  const touch = (size: number): void => {
    const { bufferManager } = gpu.backend;
    bufferManager.releaseBuffer(bufferManager.acquireBuffer(size, USAGE));
  };

  it('keeps every buffer without a bound, as TensorFlow.js does', () => {
    for (let size = 1; size <= 100; size++) touch(size * 1000);
    expect(gpu.backend.memory().numBytesAllocatedInGPU).toBe(5050 * 1000);
    expect(gpu.destroyed).toEqual([]);
  });

  it('destroys what was not asked for the longest, and keeps the counts true', () => {
    expect(limitGpuMemory(gpu.backend, { freeBytes: 1000 })).toBe(true);
    for (const size of [400, 300, 200, 400, 104]) touch(size); // 1004 bytes are free
    expect(gpu.destroyed).toEqual([]);
    const submits = gpu.submits();
    touch(8); // 300 and 200 go, until no more than 500 are free
    expect(gpu.destroyed.map(({ size }) => size)).toEqual([300, 200, 400]);
    expect(gpu.submits()).toBe(submits + 1);
    const { bufferManager } = gpu.backend;
    expect(bufferManager.numBytesAllocated).toBe(104 + 8);
    expect(bufferManager.getNumFreeBuffers()).toBe(2);
    touch(300);
    expect(bufferManager.numBytesAllocated).toBe(104 + 8 + 300);
  });

  it('never grows beyond the bound and what is in use, and destroys nothing in use', () => {
    limitGpuMemory(gpu.backend, { freeBytes: 5000 });
    const { bufferManager } = gpu.backend;
    const held = bufferManager.acquireBuffer(777, USAGE);
    for (let size = 1; size <= 500; size++) {
      touch(size * 4);
      expect(bufferManager.numBytesAllocated).toBeLessThanOrEqual(777 + 5000 + 2000);
    }
    expect(gpu.destroyed).not.toContain(held);
    bufferManager.releaseBuffer(held);
  });

  it('leaves by default what a few shapes need: three times the most in use', () => {
    limitGpuMemory(gpu.backend);
    const { bufferManager } = gpu.backend;
    const most = 2 ** 28;
    bufferManager.releaseBuffer(bufferManager.acquireBuffer(most, USAGE));
    for (const size of [most - 4, most - 8]) touch(size);
    touch(4);
    expect(gpu.destroyed).toEqual([]);
    touch(most - 12);
    touch(4);
    expect(gpu.destroyed.map(({ size }) => size)).toEqual([most, most - 4, most - 8]);
  });

  it('takes another bound, and wraps the pool once', () => {
    limitGpuMemory(gpu.backend, { freeBytes: 1000 });
    const wrapped = acquireOf(gpu);
    limitGpuMemory(gpu.backend, { freeBytes: 10 ** 6 });
    expect(acquireOf(gpu)).toBe(wrapped);
    for (const size of [2000, 3000, 4000]) touch(size);
    expect(gpu.destroyed).toEqual([]);
  });

  it('touches no pool that it does not know', () => {
    expect(isKnownPool(gpu.backend.bufferManager)).toBe(true);
    expect(isKnownPool(gpu.backend.bufferManager, '4.23.0')).toBe(false);
    Object.assign(gpu.backend.bufferManager, { freeBuffers: [] });
    const own = acquireOf(gpu);
    expect(limitGpuMemory(gpu.backend)).toBe(false);
    expect(acquireOf(gpu)).toBe(own);
  });

  it('refuses other backends and bounds', async () => {
    await startBackend('cpu');
    expect(() => limitGpuMemory(backend())).toThrow(
      new TypeError('limitGpuMemory: backend must be the webgpu backend of TensorFlow.js, got MathBackendCPU.'),
    );
    expect(() => limitGpuMemory(gpu.backend, { freeBytes: -1 })).toThrow(
      new RangeError('limitGpuMemory: freeBytes must be a number from 0, got -1.'),
    );
  });
});

function acquireOf({ backend: { bufferManager } }: FakeGpu): unknown {
  return (bufferManager as { acquireBuffer: unknown }).acquireBuffer;
}
