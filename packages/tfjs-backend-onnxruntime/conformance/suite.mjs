import '@tensorflow/tfjs-backend-cpu';
import { setTestEnvs } from '@tensorflow/tfjs-core/dist/jasmine_util';
import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import { registerOnnxRuntimeBackend } from '../src/index.ts';
import { BufferPool } from '../src/memory/BufferPool.ts';

/**
 * Describes TensorFlow.js's own tests to jasmine, on one backend.
 *
 * @param {string} backendName - 'cpu' or 'onnxruntime'
 * @param {{ smallestWork?: number, dirtyMemory?: boolean }} options - of the backend 'onnxruntime': the size, and whether small tensors too
 *   take their memory from the pool, which overwrites it whenever it lends it
 */
export async function describeSuite(backendName, { smallestWork, dirtyMemory = false }) {
  if (dirtyMemory) lendDirtyMemory();
  if (backendName === 'onnxruntime') registerOnnxRuntimeBackend(smallestWork === undefined ? {} : { smallestWork });
  setTestEnvs([{ name: backendName, backendName, isDataSync: true }]);
  // Only now, for the files describe their tests for the environments that are named when they are read.
  await import('@tensorflow/tfjs-core/dist/tests');
}

/** The tensors of these tests are too small for the pool, so that its mistakes would not be seen. */
function lendDirtyMemory() {
  const { acquire } = BufferPool.prototype;
  BufferPool.prototype.acquire = function (bytes) {
    const buffer = acquire.call(this, Math.max(bytes, 2 ** 14));
    new Uint8Array(buffer).fill(255); // NaN as float32
    return buffer;
  };
}
