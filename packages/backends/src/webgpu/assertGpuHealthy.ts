import { backend } from '@tensorflow/tfjs-core';

import { gpuBackendOf, submitPending } from './GpuBackend.js';
import { type GpuFailurePlace } from './GpuDeviceLostError.js';
import { watchGpu } from './GpuWatch.js';

/**
 * Waits for the GPU and throws what went wrong on it since the last call. On other backends it does nothing.
 *
 * WebGPU reports failures by events only: without this, a computation on a lost device never ends or fails without saying why, and one whose
 * memory is full goes on with wrong numbers. Call it before values are used for good: before an update of weights, a file, an answer.
 *
 * @param place - where the caller is, for the message
 * @throws {@link GpuDeviceLostError} when the device is gone; the backend must be started again
 * @throws {@link GpuOperationError} when an operation failed: it was invalid, or memory was full
 *
 * @example
 * const values = await matMul(ones([2, 2]), ones([2, 2])).data();
 * await assertGpuHealthy(); // `values` are what was computed
 */
export async function assertGpuHealthy(place: GpuFailurePlace = {}): Promise<void> {
  const gpu = gpuBackendOf(backend());
  if (!gpu) return;
  const watch = watchGpu(gpu);
  if (!watch.isLost) {
    submitPending(gpu);
    await gpu.device.queue.onSubmittedWorkDone();
  }
  const failure = watch.takeFailure(place);
  if (failure) throw failure;
}
