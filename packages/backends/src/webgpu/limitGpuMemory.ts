import type { KernelBackend } from '@tensorflow/tfjs-core';

import {
  bufferKey,
  destroyFreeBuffers,
  type GpuBackend,
  gpuBackendOf,
  isKnownPool,
  submitPending,
} from './GpuBackend.js';

/** Options of {@link limitGpuMemory}. */
export interface GpuMemoryOptions {
  /**
   * Bytes of free buffers that are kept for reuse, from 0. Default: three times the most that was ever in use, at least 256 MB, which a few
   * fixed shapes never reach.
   */
  readonly freeBytes?: number | undefined;
}

const limited = Symbol('crossmodal.gpuMemory');
const FREE_BYTES_AT_LEAST = 2 ** 28;
const FREE_PER_USED = 3;

/**
 * Bounds the memory of the WebGPU backend.
 *
 * TensorFlow.js 4.22 keeps every buffer for reuse by tensors of exactly the same size, for ever: with inputs of many lengths the memory of the GPU
 * runs full. With this, free buffers beyond the bound are destroyed, those of sizes that were not asked for the longest first, down to half of it.
 * Values do not change.
 *
 * @param backend - the running webgpu backend (`backend()` of `@tensorflow/tfjs-core`); a second call changes the bound
 * @param options - how much may stay
 * @returns whether memory is bounded: false in a version of TensorFlow.js whose pool is not known here
 * @throws `TypeError` when `backend` is not the webgpu backend
 * @throws `RangeError` when the bound is not a number from 0
 *
 * @example
 * limitGpuMemory(backend(), { freeBytes: 2 ** 30 });
 */
export function limitGpuMemory(backend: KernelBackend, { freeBytes }: GpuMemoryOptions = {}): boolean {
  const gpu = gpuBackendOf(backend) as LimitedBackend | undefined; // whether it was limited shows below
  if (!gpu) {
    throw new TypeError(
      `limitGpuMemory: backend must be the webgpu backend of TensorFlow.js, got ${backend.constructor.name}.`,
    );
  }
  if (freeBytes !== undefined && !(freeBytes >= 0)) {
    throw new RangeError(`limitGpuMemory: freeBytes must be a number from 0, got ${freeBytes}.`);
  }
  if (!isKnownPool(gpu.bufferManager)) return false;
  const limit = gpu[limited] ?? new GpuMemoryLimit(gpu);
  limit.freeBytes = freeBytes;
  gpu[limited] = limit;
  return true;
}

interface LimitedBackend extends GpuBackend {
  [limited]?: GpuMemoryLimit | undefined;
}

class GpuMemoryLimit {
  freeBytes: number | undefined;
  readonly #gpu: GpuBackend;
  /** Sizes that were asked for, the latest last. */
  readonly #recent = new Set<string>();
  #mostUsed = 0;

  constructor(gpu: GpuBackend) {
    this.#gpu = gpu;
    const pool = gpu.bufferManager;
    const acquire = pool.acquireBuffer.bind(pool);
    pool.acquireBuffer = (size, usage, ...rest) => {
      const key = bufferKey(size, usage);
      this.#recent.delete(key);
      this.#recent.add(key);
      const bound = this.freeBytes ?? Math.max(FREE_BYTES_AT_LEAST, FREE_PER_USED * this.#mostUsed);
      if (pool.numBytesAllocated - pool.numBytesUsed > bound) this.#free(bound / 2, key);
      const buffer = acquire(size, usage, ...rest);
      this.#mostUsed = Math.max(this.#mostUsed, pool.numBytesUsed);
      return buffer;
    };
  }

  #free(bytesToKeep: number, wanted: string): void {
    // No command may be left that writes to what is destroyed.
    submitPending(this.#gpu);
    const pool = this.#gpu.bufferManager;
    for (const key of this.#recent) {
      if (pool.numBytesAllocated - pool.numBytesUsed <= bytesToKeep) return;
      if (key === wanted) continue;
      destroyFreeBuffers(pool, key);
    }
  }
}
