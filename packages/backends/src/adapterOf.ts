import { type BackendAdapter } from './BackendAdapter.js';
import { type BackendName } from './BackendName.js';
import { cpuAdapter } from './cpuAdapter.js';
import { onnxruntimeAdapter } from './onnxruntimeAdapter.js';
import { tensorflowAdapter } from './tensorflowAdapter.js';
import { wasmAdapter } from './wasmAdapter.js';
import { webgpuAdapter } from './webgpuAdapter.js';

/** The adapter of each backend. */
export function adapterOf(name: BackendName): BackendAdapter {
  switch (name) {
    case 'tensorflow-gpu':
    case 'tensorflow':
      return tensorflowAdapter(name);
    case 'onnxruntime':
      return onnxruntimeAdapter;
    case 'webgpu':
      return webgpuAdapter;
    case 'wasm':
      return wasmAdapter;
    case 'cpu':
      return cpuAdapter;
  }
}
