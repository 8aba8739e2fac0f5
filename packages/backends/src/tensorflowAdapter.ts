import { engine, getBackend, type KernelBackend, setBackend } from '@tensorflow/tfjs-core';

import { activateBackend, isRegistered } from './activateBackend.js';
import { type BackendAdapter, type BackendProbe } from './BackendAdapter.js';
import { type BackendHost } from './BackendHost.js';
import { BackendUnavailableError, type BackendUnavailableDetails } from './BackendUnavailableError.js';
import { quietFirstUse } from './quietFirstUse.js';

/**
 * TensorFlow's C library through `@tensorflow/tfjs-node` or `@tensorflow/tfjs-node-gpu`.
 *
 * @param name - `'tensorflow-gpu'` starts only when TensorFlow really placed itself on a GPU
 */
export function tensorflowAdapter(name: 'tensorflow' | 'tensorflow-gpu'): BackendAdapter {
  const packageName = name === 'tensorflow' ? '@tensorflow/tfjs-node' : '@tensorflow/tfjs-node-gpu';
  return {
    name,

    async probe(host) {
      const found = await tryInChild(name, packageName, host);
      if ('missing' in found) {
        return { backend: name, available: false, missing: found.missing, command: found.command };
      }
      return availableProbe(name, found.usesGpu);
    },

    async start(host) {
      const found = await tryInChild(name, packageName, host);
      if ('missing' in found) throw new BackendUnavailableError(name, found);
      const previous = getBackend();
      const module = await load(name, packageName, host);
      await activateBackend('tensorflow');
      const running = engine().registry.tensorflow as (KernelBackend & { isUsingGpuDevice?: boolean }) | undefined; // a field of NodeJSKernelBackend
      const usesGpu = running?.isUsingGpuDevice === true;
      if (name === 'tensorflow-gpu' && !usesGpu) {
        if (previous !== '' && isRegistered(previous)) await setBackend(previous);
        throw new BackendUnavailableError(name, NO_GPU);
      }
      quietFirstUse();
      const version = (module as { version?: Record<string, string> }).version?.['tfjs-node'] ?? 'unknown';
      return { device: deviceName(usesGpu), version, isGpu: usesGpu, isSoftware: false, notes: [] };
    },
  };
}

const NO_GPU: BackendUnavailableDetails = {
  missing: 'a CUDA GPU that TensorFlow can use, and it silently took the CPU',
  command:
    "install the NVIDIA driver, CUDA 11.2 and cuDNN 8.1 that libtensorflow 2.9.1 is built for (check: nvidia-smi), or use startBackend('webgpu')",
};

/** Node 23 removed `util.isNullOrUndefined`, which tfjs-node 4.22 calls late (tensorflow/tfjs#8609). */
const POLYFILL = `process.getBuiltinModule('node:util').isNullOrUndefined ??= (value) => value === null || value === undefined;`;

/** Loads the native code in a child process first: a wrong build ends the process that loads it. */
async function tryInChild(
  name: 'tensorflow' | 'tensorflow-gpu',
  packageName: string,
  host: BackendHost,
): Promise<{ usesGpu: boolean } | BackendUnavailableDetails> {
  if (!host.runsInNode) return { missing: 'Node.js: it is native code', command: "startBackend('webgpu')" };
  const report = await host.runInChild(`
    ${POLYFILL}
    const loaded = await import('${packageName}');
    return { usesGpu: (loaded.default ?? loaded).backend().isUsingGpuDevice === true };`);
  switch (report.outcome) {
    case 'reported': {
      const { usesGpu } = report.value as { usesGpu: boolean }; // made by the script above
      return name === 'tensorflow-gpu' && !usesGpu ? NO_GPU : { usesGpu };
    }
    case 'threw':
      return explain(packageName, report.code, report.message);
    case 'crashed':
      return {
        missing: `a build of ${packageName} that loads here (the trial ended with ${report.message})`,
        command: rebuild(packageName),
      };
    case 'not-possible':
      return { usesGpu: name === 'tensorflow-gpu' }; // start() looks at the running backend
  }
}

async function load(name: 'tensorflow' | 'tensorflow-gpu', packageName: string, host: BackendHost): Promise<unknown> {
  addMissingUtil();
  let loaded: unknown;
  try {
    loaded = await host.importModule(packageName);
  } catch (cause) {
    const { code, message } = cause as { code?: string; message?: string }; // an Error of the module loader
    throw new BackendUnavailableError(name, { ...explain(packageName, code, String(message)), cause });
  }
  if (!isRegistered('tensorflow')) {
    throw new BackendUnavailableError(name, {
      missing: `one copy of @tensorflow/tfjs-core, and ${packageName} brought its own`,
      command: 'npm dedupe @tensorflow/tfjs-core',
    });
  }
  return loaded;
}

function addMissingUtil(): void {
  const util = process.getBuiltinModule('node:util') as { isNullOrUndefined?: (value: unknown) => boolean }; // gone from Node 23
  util.isNullOrUndefined ??= (value) => value === null || value === undefined;
}

function explain(packageName: string, code: string | undefined, message: string): BackendUnavailableDetails {
  const absent = code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
  if (absent && message.includes(`'${packageName}'`)) {
    return {
      missing: `the npm package '${packageName}', which is not installed`,
      command: `npm install --ignore-scripts=false ${packageName}`,
    };
  }
  return {
    missing: `the native part of '${packageName}', which its install script downloads (it said: ${message.split('\n')[0] ?? ''})`,
    command: rebuild(packageName),
  };
}

function rebuild(packageName: string): string {
  return `npm rebuild --ignore-scripts=false ${packageName}`;
}

function availableProbe(backend: 'tensorflow' | 'tensorflow-gpu', usesGpu: boolean): BackendProbe {
  return { backend, available: true, device: deviceName(usesGpu), isGpu: usesGpu, isSoftware: false };
}

function deviceName(usesGpu: boolean): string {
  return usesGpu ? 'GPU (TensorFlow, CUDA)' : 'CPU (TensorFlow)';
}
