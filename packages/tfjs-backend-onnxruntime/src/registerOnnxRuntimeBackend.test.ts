import '@tensorflow/tfjs-backend-cpu';
import {
  add,
  findBackend,
  findBackendFactory,
  getBackend,
  getKernelsForBackend,
  removeBackend,
  setBackend,
  tensor,
} from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { backendName, registerOnnxRuntimeBackend } from './registerOnnxRuntimeBackend.js';

function isRegistered(): boolean {
  return (findBackendFactory(backendName) as unknown) !== null;
}

function numThreads(): unknown {
  return (findBackend(backendName) as unknown as { numThreads: number }).numThreads;
}

describe('registerOnnxRuntimeBackend', () => {
  afterEach(() => {
    if (isRegistered()) removeBackend(backendName);
    vi.restoreAllMocks();
  });

  it('registers every kernel of the cpu backend', () => {
    registerOnnxRuntimeBackend();
    const names = new Set(getKernelsForBackend(backendName).map(({ kernelName }) => kernelName));
    const missing = getKernelsForBackend('cpu').filter(({ kernelName }) => !names.has(kernelName));
    expect(names.size).toBeGreaterThan(170);
    expect(missing).toEqual([]);
  });

  it('leaves the first registration in place when it is called again', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    registerOnnxRuntimeBackend({ numThreads: 1 });
    const kernels = getKernelsForBackend(backendName).length;
    await setBackend(backendName);
    const x = tensor([1, 2]);
    registerOnnxRuntimeBackend({ numThreads: 2 });
    expect(numThreads()).toBe(1);
    expect(add(x, 1).dataSync()).toEqual(Float32Array.of(2, 3));
    expect(getKernelsForBackend(backendName)).toHaveLength(kernels);
    expect(warn).not.toHaveBeenCalled();
  });

  it('can be called again after the backend was removed', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    registerOnnxRuntimeBackend({ numThreads: 1 });
    removeBackend(backendName);
    registerOnnxRuntimeBackend({ numThreads: 2, smallestWork: 0 });
    expect(await setBackend(backendName)).toBe(true);
    expect(numThreads()).toBe(2);
    expect(add(tensor([1, 2]), 1).dataSync()).toEqual(Float32Array.of(2, 3));
    expect(warn).not.toHaveBeenCalled();
  });

  it.each([0, -1, 1.5, NaN, Infinity])('refuses %s threads and registers nothing', (wrong) => {
    expect(() => registerOnnxRuntimeBackend({ numThreads: wrong })).toThrow(
      new RangeError(`registerOnnxRuntimeBackend: numThreads must be a whole number from 1, got ${wrong}.`),
    );
    expect(isRegistered()).toBe(false);
  });

  it.each([-1, NaN])('refuses a smallest work of %s', (wrong) => {
    expect(() => registerOnnxRuntimeBackend({ smallestWork: wrong })).toThrow(
      new RangeError(`registerOnnxRuntimeBackend: smallestWork must be a number from 0, got ${wrong}.`),
    );
    expect(isRegistered()).toBe(false);
  });

  it('leaves the current backend as it is', async () => {
    await setBackend('cpu');
    registerOnnxRuntimeBackend();
    expect(getBackend()).toBe('cpu');
  });
});
