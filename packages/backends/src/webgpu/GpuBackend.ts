import { type KernelBackend, version_core } from '@tensorflow/tfjs-core';

/** A buffer on the GPU. */
export interface GpuBuffer {
  readonly size: number;
  destroy(): void;
}

/** The pool of a WebGPU backend. */
export interface GpuBufferManager {
  /** Of buffers that hold something. */
  readonly numBytesUsed: number;
  /** Of all buffers, free ones included. */
  readonly numBytesAllocated: number;
  acquireBuffer(size: number, usage: number, mappedAtCreation?: boolean, reuse?: boolean): GpuBuffer;
}

/** What tells of trouble with a device. */
export interface GpuEvents {
  readonly lost: Promise<{ readonly reason: string; readonly message: string }>;
  addEventListener(type: 'uncapturederror', listener: (event: UncapturedError) => void): void;
}

/** The event of an operation that failed and that nobody waited for. */
export interface UncapturedError {
  /** `GPUValidationError`, `GPUOutOfMemoryError` or `GPUInternalError`. */
  readonly error: { readonly message: string; readonly constructor: { readonly name: string } };
  preventDefault(): void;
}

/** The part of `WebGPUBackend` of `@tensorflow/tfjs-backend-webgpu` 4.22 that is touched here. All of it is public there. */
export interface GpuBackend {
  readonly device: GpuEvents & { readonly queue: { onSubmittedWorkDone(): Promise<void> } };
  readonly bufferManager: GpuBufferManager;
  ensureCommandEncoderReady(): void;
  endComputePassEncoder(): void;
  submitQueue(): void;
}

/** Gives the WebGPU backend of TensorFlow.js that a backend is; `undefined` for any other. */
export function gpuBackendOf(backend: KernelBackend): GpuBackend | undefined {
  const { device, bufferManager } = backend as Partial<GpuBackend>; // checked here
  return device && bufferManager ? (backend as Partial<GpuBackend> as GpuBackend) : undefined;
}

/** Hands everything that was recorded to the GPU. */
export function submitPending(gpu: GpuBackend): void {
  gpu.ensureCommandEncoderReady();
  gpu.endComputePassEncoder();
  gpu.submitQueue();
}

/** What is private in `BufferManager` of 4.22.0. */
interface PrivatePool {
  readonly freeBuffers: Map<string, GpuBuffer[]>;
  numFreeBuffers: number;
  numBytesAllocated: number;
}

const KNOWN_VERSION = '4.22.0';

/** Whether the pool is one that {@link destroyFreeBuffers} knows. */
export function isKnownPool(pool: GpuBufferManager, version: string = version_core): boolean {
  const { freeBuffers, numFreeBuffers } = pool as GpuBufferManager & Partial<PrivatePool>; // checked here
  return version === KNOWN_VERSION && freeBuffers instanceof Map && typeof numFreeBuffers === 'number';
}

/**
 * Destroys free buffers of one size and usage. The only place that touches what TensorFlow.js keeps private.
 *
 * @param pool - a known one, of a backend whose recorded commands were submitted: one of them may write to a buffer that is free by now
 * @param key - as {@link bufferKey} gives it
 */
export function destroyFreeBuffers(pool: GpuBufferManager, key: string): void {
  const known = pool as GpuBufferManager & PrivatePool; // as `isKnownPool` found
  const free = known.freeBuffers.get(key) ?? [];
  for (const buffer of free) {
    buffer.destroy();
    known.numBytesAllocated -= buffer.size;
    known.numFreeBuffers -= 1;
  }
  free.length = 0; // stays in the map: buffers in use come back to it
}

/** The name under which the pool of 4.22.0 keeps buffers of a size and usage. */
export function bufferKey(size: number, usage: number): string {
  return `${size}_${usage}`;
}
