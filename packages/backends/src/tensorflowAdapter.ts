import { engine, getBackend, type KernelBackend, setBackend } from '@tensorflow/tfjs-core';

import { activateBackend, isRegistered } from './activateBackend.js';
import { type BackendAdapter } from './BackendAdapter.js';
import { type BackendHost } from './BackendHost.js';
import { BackendUnavailableError, type BackendUnavailableDetails } from './BackendUnavailableError.js';
import { quietFirstUse } from './quietFirstUse.js';
import { setupCommand } from './tensorflow/findTensorflowSetup.js';
import { prepareNativeTensorflow } from './tensorflow/prepareNativeTensorflow.js';
import { type TensorflowSetupState } from './tensorflow/TensorflowSetup.js';

type TensorflowName = 'tensorflow' | 'tensorflow-gpu';

/**
 * TensorFlow's C library through `@tensorflow/tfjs-node` or `@tensorflow/tfjs-node-gpu`: with the native part that
 * `crossmodal setup tensorflow` built, or with the one that the package's own install script brought.
 *
 * @param name - `'tensorflow-gpu'` starts only when TensorFlow really placed itself on a GPU
 */
export function tensorflowAdapter(name: TensorflowName): BackendAdapter {
  return {
    name,

    async probe(host) {
      const found = await tryInChild(name, host);
      if ('missing' in found) {
        return { backend: name, available: false, missing: found.missing, command: found.command };
      }
      const device = deviceName(found.usesGpu, found.tensorflow);
      return { backend: name, available: true, device, isGpu: found.usesGpu, isSoftware: false };
    },

    async start(host) {
      const found = await tryInChild(name, host);
      if ('missing' in found) throw new BackendUnavailableError(name, found);
      const previous = getBackend();
      const module = await load(name, host);
      await activateBackend('tensorflow');
      const running = engine().registry.tensorflow as NodeKernelBackend | undefined;
      const usesGpu = running?.isUsingGpuDevice === true;
      if (name === 'tensorflow-gpu' && !usesGpu) {
        if (previous !== '' && isRegistered(previous)) await setBackend(previous);
        throw new BackendUnavailableError(name, NO_GPU);
      }
      quietFirstUse();
      const version = (module as { version?: Record<string, string> }).version?.['tfjs-node'] ?? 'unknown';
      const device = deviceName(usesGpu, running?.binding?.TF_Version);
      return { device, version, isGpu: usesGpu, isSoftware: false, notes: [] };
    },
  };
}

/** Fields of tfjs-node's `NodeJSKernelBackend`. */
type NodeKernelBackend = KernelBackend & { isUsingGpuDevice?: boolean; binding?: { TF_Version?: string } };

const NO_GPU: BackendUnavailableDetails = {
  missing: 'a CUDA GPU that TensorFlow can use, and it silently took the CPU',
  command:
    'install the NVIDIA driver (check: nvidia-smi) and the CUDA libraries of that TensorFlow, then crossmodal setup tensorflow --gpu, ' +
    "which says what is missing; or use startBackend('webgpu')",
};

function packageOf(name: TensorflowName): string {
  return name === 'tensorflow' ? '@tensorflow/tfjs-node' : '@tensorflow/tfjs-node-gpu';
}

function stateOf(name: TensorflowName, host: BackendHost): TensorflowSetupState {
  return host.findTensorflowSetup(name === 'tensorflow' ? 'cpu' : 'gpu');
}

interface Trial {
  readonly usesGpu: boolean;
  /** Version of the C library. */
  readonly tensorflow?: string | undefined;
}

/** Loads the native code in a child process first: a wrong build ends the process that loads it. */
async function tryInChild(name: TensorflowName, host: BackendHost): Promise<Trial | BackendUnavailableDetails> {
  if (!host.runsInNode) return { missing: 'Node.js: it is native code', command: "startBackend('webgpu')" };
  const state = stateOf(name, host);
  if (state.state === 'broken') {
    return {
      missing: `its native part, which was set up and no longer works: ${state.reason}`,
      command: state.command,
    };
  }
  const packageName = packageOf(name);
  const bindingPath = state.state === 'ready' ? state.bindingPath : undefined;
  const report = await host.runInChild(`
    (${prepareNativeTensorflow.toString()})({ ...${JSON.stringify({ packageName, bindingPath })}, from: process.cwd() + '/' });
    const loaded = await import('${packageName}');
    const backend = (loaded.default ?? loaded).backend();
    return { usesGpu: backend.isUsingGpuDevice === true, tensorflow: backend.binding?.TF_Version };`);
  switch (report.outcome) {
    case 'reported': {
      const trial = report.value as Trial; // made by the script above
      return name === 'tensorflow-gpu' && !trial.usesGpu ? NO_GPU : trial;
    }
    case 'threw':
      return explain(name, state, report.code, report.message);
    case 'crashed':
      return {
        missing: `a build of ${packageName} that loads here (the trial ended with ${report.message})`,
        command: commandFor(name),
      };
    case 'not-possible':
      return { usesGpu: name === 'tensorflow-gpu' }; // start() looks at the running backend
  }
}

async function load(name: TensorflowName, host: BackendHost): Promise<unknown> {
  const packageName = packageOf(name);
  const state = stateOf(name, host);
  const bindingPath = state.state === 'ready' ? state.bindingPath : undefined;
  const restore = prepareNativeTensorflow({ packageName, bindingPath, from: import.meta.url });
  let loaded: unknown;
  try {
    loaded = await host.importModule(packageName);
  } catch (cause) {
    const { code, message } = cause as { code?: string; message?: string }; // an Error of the module loader
    throw new BackendUnavailableError(name, { ...explain(name, state, code, String(message)), cause });
  } finally {
    restore();
  }
  if (!isRegistered('tensorflow')) {
    throw new BackendUnavailableError(name, {
      missing: `one copy of @tensorflow/tfjs-core, and ${packageName} brought its own`,
      command: 'npm dedupe @tensorflow/tfjs-core',
    });
  }
  return loaded;
}

function explain(
  name: TensorflowName,
  state: TensorflowSetupState,
  code: string | undefined,
  message: string,
): BackendUnavailableDetails {
  const packageName = packageOf(name);
  const absent = code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
  if (absent && message.includes(`'${packageName}'`)) {
    return {
      missing: `the npm package '${packageName}', which is not installed`,
      command:
        state.state === 'ready'
          ? `npm install --ignore-scripts ${packageName}@${state.setup.packageVersion}`
          : commandFor(name),
    };
  }
  const firstLine = message.split('\n')[0] ?? '';
  return {
    missing: `a native part of '${packageName}' that loads here (it said: ${firstLine})`,
    command: commandFor(name),
  };
}

function commandFor(name: TensorflowName): string {
  return setupCommand(name === 'tensorflow' ? 'cpu' : 'gpu');
}

function deviceName(usesGpu: boolean, tensorflow: string | undefined): string {
  const library = tensorflow === undefined ? 'TensorFlow' : `TensorFlow ${tensorflow}`;
  return usesGpu ? `GPU (${library}, CUDA)` : `CPU (${library})`;
}
