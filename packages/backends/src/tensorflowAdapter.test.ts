import { getBackend, registerBackend, removeBackend, setBackend } from '@tensorflow/tfjs-core';
import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { stubHost } from './__stubs__/stubHost.js';
import { isRegistered } from './activateBackend.js';
import { type ChildReport } from './BackendHost.js';
import { BackendUnavailableError } from './BackendUnavailableError.js';
import { probeBackends } from './probeBackends.js';
import { startBackend } from './startBackend.js';
import { type TensorflowSetup, type TensorflowSetupState } from './tensorflow/TensorflowSetup.js';

const onGpu: ChildReport = { outcome: 'reported', value: { usesGpu: true } };
const onCpu: ChildReport = { outcome: 'reported', value: { usesGpu: false } };

const ready: TensorflowSetupState = {
  state: 'ready',
  folder: '/cache',
  bindingPath: '/cache/tfjs_binding.node',
  setup: { packageVersion: '4.22.0' } as TensorflowSetup, // the field that the adapter reads
};

/** A tfjs-node package: registers a backend and makes it current on import, as the real one does. */
function tfjsNode(isUsingGpuDevice: boolean, TF_Version?: string) {
  return async () => {
    const { isNullOrUndefined } = process.getBuiltinModule('node:util') as { isNullOrUndefined?: unknown };
    if (typeof isNullOrUndefined !== 'function') throw new Error('util.isNullOrUndefined is not a function');
    registerBackend('tensorflow', () =>
      Object.assign(new MathBackendCPU(), { isUsingGpuDevice, binding: { TF_Version } }),
    );
    await setBackend('tensorflow');
    return { version: { 'tfjs-node': '4.22.0' } };
  };
}

describe('tensorflow', () => {
  beforeEach(async () => {
    await startBackend('wasm');
  });
  afterEach(() => {
    if (isRegistered('tensorflow')) removeBackend('tensorflow');
  });

  const failure = async (name: 'tensorflow' | 'tensorflow-gpu', host: ReturnType<typeof stubHost>) => {
    const error: unknown = await startBackend(name, { host }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(BackendUnavailableError);
    return error as BackendUnavailableError;
  };

  it('starts on the CPU', async () => {
    const host = stubHost({
      children: { '@tensorflow/tfjs-node': onCpu },
      packages: { '@tensorflow/tfjs-node': tfjsNode(false) },
    });
    expect(await startBackend('tensorflow', { host })).toEqual({
      requested: 'tensorflow',
      name: 'tensorflow',
      device: 'CPU (TensorFlow)',
      version: '4.22.0',
      isGpu: false,
      isSoftware: false,
      notes: [],
    });
    expect(getBackend()).toBe('tensorflow');
  });

  it('supplies the function that Node 23 removed before the package loads', async () => {
    const util = process.getBuiltinModule('node:util') as { isNullOrUndefined?: (value: unknown) => boolean };
    const original = util.isNullOrUndefined;
    delete util.isNullOrUndefined;
    try {
      const host = stubHost({
        children: { '@tensorflow/tfjs-node': onCpu },
        packages: { '@tensorflow/tfjs-node': tfjsNode(false) },
      });
      await startBackend('tensorflow', { host });
      expect([null, undefined, 0, ''].map((value) => util.isNullOrUndefined?.(value))).toEqual([
        true,
        true,
        false,
        false,
      ]);
    } finally {
      if (original) util.isNullOrUndefined = original;
    }
  });

  it('starts on the GPU', async () => {
    const host = stubHost({
      children: { '@tensorflow/tfjs-node-gpu': onGpu },
      packages: { '@tensorflow/tfjs-node-gpu': tfjsNode(true) },
    });
    expect(await startBackend('tensorflow-gpu', { host })).toMatchObject({
      device: 'GPU (TensorFlow, CUDA)',
      isGpu: true,
    });
  });

  it('is the first that auto takes', async () => {
    const host = stubHost({
      children: { '@tensorflow/tfjs-node-gpu': onGpu },
      packages: { '@tensorflow/tfjs-node-gpu': tfjsNode(true) },
    });
    expect(await startBackend('auto', { host })).toMatchObject({
      name: 'tensorflow-gpu',
      choice: { by: 'order', passedOver: [] },
      notes: [],
    });
  });

  it('refuses a GPU build that silently took the CPU, before loading it here', async () => {
    const host = stubHost({
      children: { '@tensorflow/tfjs-node-gpu': onCpu },
      packages: { '@tensorflow/tfjs-node-gpu': tfjsNode(false) },
    });
    const error = await failure('tensorflow-gpu', host);
    expect(error.message).toContain(
      "backend 'tensorflow-gpu' needs a CUDA GPU that TensorFlow can use, and it silently took the CPU",
    );
    expect(error.command).toContain('nvidia-smi');
    expect(host.imported).toEqual([]);
    expect(getBackend()).toBe('wasm');
  });

  it('refuses it here too where no child process can be started, and puts the old backend back', async () => {
    const host = stubHost({
      children: { '@tensorflow/tfjs-node-gpu': { outcome: 'not-possible' } },
      packages: { '@tensorflow/tfjs-node-gpu': tfjsNode(false) },
    });
    const error = await failure('tensorflow-gpu', host);
    expect(error.missing).toContain('it silently took the CPU');
    expect(getBackend()).toBe('wasm');
  });

  it('says how to install what is missing', async () => {
    const error = await failure('tensorflow', stubHost());
    expect(error.message).toBe(
      "startBackend: backend 'tensorflow' needs the npm package '@tensorflow/tfjs-node', which is not installed. " +
        'To supply it: crossmodal setup tensorflow',
    );
  });

  it('tells a missing package from one whose install script did not run', async () => {
    const message = 'The Node.js native addon module (tfjs_binding.node) can not be found at path: /x\nPlease run …';
    const report: ChildReport = { outcome: 'threw', code: undefined, message };
    const error = await failure('tensorflow', stubHost({ children: { '@tensorflow/tfjs-node': report } }));
    expect(error.message).toBe(
      "startBackend: backend 'tensorflow' needs a native part of '@tensorflow/tfjs-node' that loads here " +
        '(it said: The Node.js native addon module (tfjs_binding.node) can not be found at path: /x). ' +
        'To supply it: crossmodal setup tensorflow',
    );
    const nested = {
      outcome: 'threw',
      code: 'MODULE_NOT_FOUND',
      message: "Cannot find module 'node-pre-gyp'",
    } as const;
    const other = await failure('tensorflow', stubHost({ children: { '@tensorflow/tfjs-node': nested } }));
    expect(other.missing).toContain("it said: Cannot find module 'node-pre-gyp'");
  });

  it('takes the native part that was set up, and says which TensorFlow it is', async () => {
    const host = stubHost({
      children: {
        '@tensorflow/tfjs-node': { outcome: 'reported', value: { usesGpu: false, tensorflow: '2.21.0' } },
      },
      packages: { '@tensorflow/tfjs-node': tfjsNode(false, '2.21.0') },
      tensorflowSetup: ready,
    });
    const probes = await probeBackends({ host });
    expect(probes.find(({ backend }) => backend === 'tensorflow')).toMatchObject({
      available: true,
      device: 'CPU (TensorFlow 2.21.0)',
    });
    expect(await startBackend('tensorflow', { host })).toMatchObject({ device: 'CPU (TensorFlow 2.21.0)' });
    expect(host.scripts.at(-1)).toContain('"bindingPath":"/cache/tfjs_binding.node"');
  });

  it('names the version to install when only the package is missing', async () => {
    const error = await failure('tensorflow', stubHost({ tensorflowSetup: ready }));
    expect(error.missing).toBe("the npm package '@tensorflow/tfjs-node', which is not installed");
    expect(error.command).toBe('npm install --ignore-scripts @tensorflow/tfjs-node@4.22.0');
  });

  it('loads nothing when what was set up is broken, and says why', async () => {
    const host = stubHost({
      children: { '@tensorflow/tfjs-node-gpu': onGpu },
      packages: { '@tensorflow/tfjs-node-gpu': tfjsNode(true) },
      tensorflowSetup: {
        state: 'broken',
        folder: '/cache',
        reason: 'the library /lib/libtensorflow.so.2 is gone',
        command: 'crossmodal setup tensorflow --gpu',
      },
    });
    const error = await failure('tensorflow-gpu', host);
    expect(error.message).toBe(
      "startBackend: backend 'tensorflow-gpu' needs its native part, which was set up and no longer works: " +
        'the library /lib/libtensorflow.so.2 is gone. To supply it: crossmodal setup tensorflow --gpu',
    );
    expect([host.imported, host.scripts]).toEqual([[], []]);
  });

  it('says so when the package brought its own copy of the core', async () => {
    const host = stubHost({
      children: { '@tensorflow/tfjs-node': onCpu },
      packages: { '@tensorflow/tfjs-node': () => ({}) },
    });
    const error = await failure('tensorflow', host);
    expect(error.message).toContain('one copy of @tensorflow/tfjs-core, and @tensorflow/tfjs-node brought its own');
    expect(error.command).toBe('npm dedupe @tensorflow/tfjs-core');
  });

  it('is not for browsers', async () => {
    const error = await failure('tensorflow', stubHost({ runsInNode: false }));
    expect(error.missing).toBe('Node.js: it is native code');
  });
});
