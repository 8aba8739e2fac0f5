import '@tensorflow/tfjs-backend-cpu';
import { setTestEnvs } from '@tensorflow/tfjs-core/dist/jasmine_util';
import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import { registerOnnxRuntimeBackend } from '../src/index.ts';

/**
 * Describes TensorFlow.js's own tests to jasmine, on one backend.
 *
 * @param {string} backendName - 'cpu' or 'onnxruntime'
 * @param {number | undefined} smallestWork - of the backend 'onnxruntime'; its own default where undefined
 */
export async function describeSuite(backendName, smallestWork) {
  if (backendName === 'onnxruntime') registerOnnxRuntimeBackend(smallestWork === undefined ? {} : { smallestWork });
  setTestEnvs([{ name: backendName, backendName, isDataSync: true }]);
  // Only now, for the files describe their tests for the environments that are named when they are read.
  await import('@tensorflow/tfjs-core/dist/tests');
}
