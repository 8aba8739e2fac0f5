import { type BackendOptions, startBackend } from '@crossmodal/backends';
import { onnxRuntimeVersion } from '@crossmodal/tfjs-backend-onnxruntime/runtime';
import { loadOnnxRuntime } from '../encoders/loadOnnxRuntime.js';
import type { BenchRequest } from './BenchMessage.js';
import { encoderWorkload } from './workloads/encoderWorkload.js';
import { imageWorkload } from './workloads/imageWorkload.js';
import { mainJobWorkload } from './workloads/mainJobWorkload.js';
import { matMulWorkload } from './workloads/matMulWorkload.js';
import { tokenWorkload } from './workloads/tokenWorkload.js';
import { trainingStepWorkload } from './workloads/trainingStepWorkload.js';
import type { Workload } from './workloads/Workload.js';

/**
 * Starts the backend, builds the model and does whatever else comes before the first computation.
 *
 * @throws BackendUnavailableError when the backend does not start
 * @throws RangeError for work that its subject cannot do
 */
export async function openWorkload(request: Extract<BenchRequest, { type: 'start' }>): Promise<Workload> {
  const { work, subject, threads, askedAt } = request;
  if (work.name === 'images') return imageWorkload(work);
  if (work.name === 'tokens') return tokenWorkload(work);
  if (subject === 'onnx-graph') {
    if (work.name === 'text-encoder' || work.name === 'image-encoder') {
      await startBackend('wasm'); // writes the graph down
      const loaded = loadOnnxRuntime();
      if ('problem' in loaded) throw new Error(loaded.problem);
      const device = `CPU (ONNX Runtime ${onnxRuntimeVersion})`;
      return encoderWorkload(work, loaded.runtime, device, { numThreads: threads });
    }
  } else if (subject !== 'no backend') {
    const options = backendOptions(threads);
    if (work.name === 'matmul') return matMulWorkload(subject, options);
    if (work.name === 'main-job') {
      // Decides about threads; the job starts the backend itself.
      if (threads !== undefined) await startBackend(subject, options);
      return mainJobWorkload(work, subject, askedAt);
    }
    const { device } = await startBackend(subject, options);
    if (work.name === 'training-step') return trainingStepWorkload(work.settings, device);
    return encoderWorkload(work, 'kernels', device);
  }
  throw new RangeError(`openWorkload: ${work.name} needs a backend, got ${subject}.`);
}

/** The backend `onnxruntime` takes its threads when it is registered, which `startBackend` does after importing its package. */
function backendOptions(numThreads: number | undefined): BackendOptions {
  if (numThreads === undefined) return {};
  return {
    importModule: async (specifier) => {
      const module = (await import(specifier)) as Partial<OnnxRuntimeBackendModule>;
      const { registerOnnxRuntimeBackend: register } = module;
      return register ? { ...module, registerOnnxRuntimeBackend: () => register({ numThreads }) } : module;
    },
  };
}

/** What is used of `@crossmodal/tfjs-backend-onnxruntime`. */
interface OnnxRuntimeBackendModule {
  registerOnnxRuntimeBackend(options: { readonly numThreads: number }): void;
}
