import { engine } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';

import { stubHost } from './__stubs__/stubHost.js';
import { probeBackends } from './probeBackends.js';

describe('probeBackends', () => {
  it('says for each backend whether it could start, and starts none', async () => {
    const host = stubHost({
      children: { '@tensorflow/tfjs-node': { outcome: 'reported', value: { usesGpu: false } } },
    });
    const probes = await probeBackends({ host });
    expect(probes).toEqual([
      {
        backend: 'tensorflow-gpu',
        available: false,
        missing: "the npm package '@tensorflow/tfjs-node-gpu', which is not installed",
        command: 'crossmodal setup tensorflow --gpu',
      },
      {
        backend: 'webgpu',
        available: false,
        missing: "the npm package 'webgpu', which is not installed",
        command: 'npm install webgpu @tensorflow/tfjs-backend-webgpu',
      },
      {
        backend: 'onnxruntime',
        available: false,
        missing: "the npm package '@crossmodal/tfjs-backend-onnxruntime', which is not installed",
        command: 'npm install @crossmodal/tfjs-backend-onnxruntime',
      },
      { backend: 'tensorflow', available: true, device: 'CPU (TensorFlow)', isGpu: false, isSoftware: false },
      { backend: 'wasm', available: true, device: 'CPU (WebAssembly SIMD, 1 thread)', isGpu: false, isSoftware: false },
      { backend: 'cpu', available: true, device: 'CPU (JavaScript)', isGpu: false, isSoftware: false },
    ]);
    expect(host.imported).toEqual([]);
    expect(engine().registry).toEqual({});
  });
});
