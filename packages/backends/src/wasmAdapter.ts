import { backend, env } from '@tensorflow/tfjs-core';

import { activateBackend } from './activateBackend.js';
import { type BackendAdapter } from './BackendAdapter.js';
import { BackendUnavailableError } from './BackendUnavailableError.js';
import { registerBatchedMatMul } from './batchedMatMul/registerBatchedMatMul.js';
import { guardWasmHeap } from './guardWasmHeap.js';
import { quietFirstUse } from './quietFirstUse.js';
import { registerSegmentSum } from './registerSegmentSum.js';

/** WebAssembly: embedded, nothing to install. */
export const wasmAdapter: BackendAdapter = {
  name: 'wasm',

  async probe() {
    if (typeof WebAssembly !== 'object') {
      return { backend: 'wasm', available: false, missing: 'WebAssembly, which this engine lacks', command: RUN_CPU };
    }
    await import('@tensorflow/tfjs-backend-wasm');
    return { backend: 'wasm', available: true, device: await describeCpu(1), isGpu: false, isSoftware: false };
  },

  async start() {
    const { getThreadsCount, version_wasm: version } = await import('@tensorflow/tfjs-backend-wasm');
    registerSegmentSum('wasm');
    registerBatchedMatMul();
    try {
      await activateBackend('wasm');
    } catch (cause) {
      throw new BackendUnavailableError('wasm', {
        missing: 'its .wasm files beside the bundle',
        command: SERVE,
        cause,
      });
    }
    guardWasmHeap(backend());
    quietFirstUse();
    return { device: await describeCpu(getThreadsCount()), version, isGpu: false, isSoftware: false, notes: [] };
  },
};

const RUN_CPU = "startBackend('cpu')";
const SERVE =
  'serve node_modules/@tensorflow/tfjs-backend-wasm/dist/*.wasm and name their folder with ' +
  "setWasmPaths() of '@tensorflow/tfjs-backend-wasm'";

async function describeCpu(threads: number): Promise<string> {
  const simd = (await env().getAsync('WASM_HAS_SIMD_SUPPORT')) === true;
  return `CPU (WebAssembly${simd ? ' SIMD' : ''}, ${threads} ${threads === 1 ? 'thread' : 'threads'})`;
}
