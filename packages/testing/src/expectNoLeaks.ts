import { memory } from '@tensorflow/tfjs-core';

/**
 * Asserts that a function leaves no tensor behind. It runs twice, so that what the first run caches is not a leak.
 *
 * @param run - creates and disposes its tensors itself; a tensor it returns counts as a leak unless it was disposed
 * @throws Error with the number of tensors left behind, or whatever `run` throws
 */
export async function expectNoLeaks(run: () => unknown): Promise<void> {
  await run();
  const before = memory();
  await run();
  const after = memory();
  const tensors = after.numTensors - before.numTensors;
  const buffers = after.numDataBuffers - before.numDataBuffers;
  if (tensors !== 0 || buffers !== 0) {
    throw new Error(`expectNoLeaks: no tensor may be left behind, got ${tensors} tensors and ${buffers} data buffers.`);
  }
}
