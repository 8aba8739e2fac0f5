import { assertGpuHealthy } from './assertGpuHealthy.js';
import { type GpuFailurePlace } from './GpuDeviceLostError.js';

/**
 * Runs work whose result counts only if the GPU did not fail meanwhile. On other backends it just runs.
 *
 * @param work - reads what it computes
 * @param place - where the caller is, for the message
 * @returns what `work` gives
 * @throws {@link GpuDeviceLostError} or {@link GpuOperationError} when the GPU failed, in place of the result or of what `work` threw because of it
 * @throws whatever `work` throws
 *
 * @example
 * const values = await guardGpu(() => matMul(ones([2, 2]), ones([2, 2])).data());
 */
export async function guardGpu<T>(work: () => Promise<T>, place: GpuFailurePlace = {}): Promise<T> {
  let result: T;
  try {
    result = await work();
  } catch (error) {
    await assertGpuHealthy(place);
    throw error;
  }
  await assertGpuHealthy(place);
  return result;
}
