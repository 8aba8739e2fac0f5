import { registerBackend, removeBackend } from '@tensorflow/tfjs-core';
import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import { afterEach, describe, expect, it } from 'vitest';

import { stubHost } from './__stubs__/stubHost.js';
import { isRegistered } from './activateBackend.js';
import { type ChildReport } from './BackendHost.js';
import { BackendUnavailableError } from './BackendUnavailableError.js';
import { startBackend } from './startBackend.js';
import { webgpuAdapter } from './webgpuAdapter.js';

const info = {
  vendor: 'nvidia',
  architecture: 'hopper',
  device: '',
  description: 'NVIDIA H100',
  isFallbackAdapter: false,
};
const found: ChildReport = { outcome: 'reported', value: { info } };
const noDriver =
  'a GPU with a Vulkan, Metal or Direct3D 12 driver, and none answered. To supply it: on Linux, apt-get install libvulkan1 ' +
  "and your GPU maker's driver; in an NVIDIA container, set NVIDIA_DRIVER_CAPABILITIES=all";

/** A `webgpu` package whose GPU answers with `adapter`. */
function dawn(adapter: unknown) {
  const options: string[][] = [];
  return {
    options,
    globals: { GPUBufferUsage: { STORAGE: 128 } },
    create: (given: string[]) => {
      options.push(given);
      return { requestAdapter: () => Promise.resolve(adapter) };
    },
  };
}

/** A `@tensorflow/tfjs-backend-webgpu` package that registers itself, if the GPU is there, as the real one does. */
function tfjsWebgpu() {
  const { navigator } = globalThis as { navigator?: { gpu?: unknown } };
  if (navigator?.gpu !== undefined) registerBackend('webgpu', () => new MathBackendCPU());
  return {};
}

describe('webgpu', () => {
  afterEach(() => {
    if (isRegistered('webgpu')) removeBackend('webgpu');
    const { navigator } = globalThis as { navigator?: { gpu?: unknown } };
    if (navigator !== undefined) delete navigator.gpu;
    Reflect.deleteProperty(globalThis, 'GPUBufferUsage');
  });

  const failure = async (host: ReturnType<typeof stubHost>) => {
    const error: unknown = await startBackend('webgpu', { host }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(BackendUnavailableError);
    return error as BackendUnavailableError;
  };

  it('starts on the GPU that Dawn finds', async () => {
    const module = dawn({ info });
    const host = stubHost({
      children: { webgpu: found },
      packages: { webgpu: () => module, '@tensorflow/tfjs-backend-webgpu': tfjsWebgpu },
    });
    expect(await startBackend('webgpu', { host })).toEqual({
      requested: 'webgpu',
      name: 'webgpu',
      device: 'NVIDIA H100 (nvidia, hopper)',
      version: '4.22.0',
      isGpu: true,
      isSoftware: false,
      notes: [],
    });
    // Dawn first: the tfjs backend registers itself only if it finds a GPU.
    expect(host.imported).toEqual(['webgpu', '@tensorflow/tfjs-backend-webgpu']);
    expect(module.options).toEqual([[]]);
    expect(globalThis).toHaveProperty('GPUBufferUsage');
  });

  it('is what auto takes when the GPU is real', async () => {
    const host = stubHost({
      children: { webgpu: found },
      packages: { webgpu: () => dawn({ info }), '@tensorflow/tfjs-backend-webgpu': tfjsWebgpu },
    });
    const { requested, name, choice, notes } = await startBackend('auto', { host });
    expect({ requested, name }).toEqual({ requested: 'auto', name: 'webgpu' });
    expect(choice).toEqual({ by: 'order', passedOver: [{ backend: 'tensorflow-gpu', why: notes[0] }] });
    expect(notes).toHaveLength(1);
    expect(notes[0]).toContain('tensorflow-gpu not used');
  });

  it('starts a software GPU only when asked for, and says what it is', async () => {
    const software = { ...info, vendor: 'mesa', architecture: '', description: 'llvmpipe (LLVM 15)' };
    const host = stubHost({
      children: { webgpu: { outcome: 'reported', value: { info: software } } },
      packages: { webgpu: () => dawn({ info: software }), '@tensorflow/tfjs-backend-webgpu': tfjsWebgpu },
    });
    expect(await startBackend('webgpu', { host })).toMatchObject({
      isGpu: false,
      isSoftware: true,
      notes: ['The GPU is emulated on the CPU: good for tests, slower than wasm.'],
    });
  });

  it('uses the GPU of the browser, and the backend that the application imported', async () => {
    Object.defineProperty(globalThis, 'navigator', {
      value: { gpu: { requestAdapter: () => Promise.resolve({ info }) } },
      configurable: true,
    });
    tfjsWebgpu();
    const host = stubHost({ runsInNode: false });
    expect(await startBackend('webgpu', { host })).toMatchObject({
      device: 'NVIDIA H100 (nvidia, hopper)',
      isGpu: true,
    });
    expect(host.imported).toEqual([]);
  });

  it('says how to install what is missing', async () => {
    const error = await failure(stubHost());
    expect(error.message).toBe(
      "startBackend: backend 'webgpu' needs the npm package 'webgpu', which is not installed. " +
        'To supply it: npm install webgpu @tensorflow/tfjs-backend-webgpu',
    );
    expect(error).toMatchObject({ backend: 'webgpu', command: 'npm install webgpu @tensorflow/tfjs-backend-webgpu' });
  });

  it('says so when the tfjs backend is missing', async () => {
    const error = await failure(stubHost({ children: { webgpu: found }, packages: { webgpu: () => dawn({ info }) } }));
    expect(error.message).toBe(
      "startBackend: backend 'webgpu' needs '@tensorflow/tfjs-backend-webgpu'. " +
        'To supply it: npm install webgpu @tensorflow/tfjs-backend-webgpu',
    );
    expect((error.cause as Error).message).toContain('Cannot find package');
  });

  it('says so when no adapter answers', async () => {
    const error = await failure(stubHost({ children: { webgpu: { outcome: 'reported', value: null } } }));
    expect(error.message).toBe(`startBackend: backend 'webgpu' needs ${noDriver}`);
  });

  it('says so when the package does not load', async () => {
    const report = { outcome: 'threw', code: 'ERR_DLOPEN_FAILED', message: "GLIBC_2.34 not found" } as const; // prettier-ignore
    const error = await failure(stubHost({ children: { webgpu: report } }));
    expect(error.message).toContain("needs a loadable npm package 'webgpu' (it said: GLIBC_2.34 not found)");
  });

  it('says so when the tfjs backend was imported too early', async () => {
    const packages = { webgpu: () => dawn({ info }), '@tensorflow/tfjs-backend-webgpu': () => ({}) };
    const error = await failure(stubHost({ children: { webgpu: found }, packages }));
    expect(error.message).toContain(
      "needs '@tensorflow/tfjs-backend-webgpu' to be imported once the GPU is there, by startBackend itself",
    );
  });

  it('wraps what the tfjs backend throws at start', async () => {
    const broken = () => {
      registerBackend('webgpu', () => Promise.reject(new Error('device lost')));
      return {};
    };
    const packages = { webgpu: () => dawn({ info }), '@tensorflow/tfjs-backend-webgpu': broken };
    const error = await failure(stubHost({ children: { webgpu: found }, packages }));
    expect((error.cause as Error).message).toBe('device lost');
  });

  it('asks in this process where no child process can be started', async () => {
    const children = { webgpu: { outcome: 'not-possible' } } as const;
    const absent = await webgpuAdapter.probe(stubHost({ children }));
    expect(absent).toEqual({
      backend: 'webgpu',
      available: false,
      missing: "the npm package 'webgpu'",
      command: 'npm install webgpu @tensorflow/tfjs-backend-webgpu',
    });
    const present = await webgpuAdapter.probe(stubHost({ children, packages: { webgpu: () => dawn({ info }) } }));
    expect(present).toMatchObject({ available: true, device: 'NVIDIA H100 (nvidia, hopper)', isGpu: true });
  });

  it('says so when the browser has none', async () => {
    const error = await failure(stubHost({ runsInNode: false }));
    expect(error.missing).toBe('navigator.gpu, which this browser lacks');
  });

  it('probes without loading anything here', async () => {
    const host = stubHost({ children: { webgpu: found } });
    expect(await webgpuAdapter.probe(host)).toEqual({
      backend: 'webgpu',
      available: true,
      device: 'NVIDIA H100 (nvidia, hopper)',
      isGpu: true,
      isSoftware: false,
    });
    expect(host.imported).toEqual([]);
  });
});
