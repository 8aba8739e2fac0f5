import { backend, type KernelBackend, version_core } from '@tensorflow/tfjs-core';

import { activateBackend, forgetBackend, isRegistered, runningBackend } from './activateBackend.js';
import { type BackendAdapter, type BackendProbe } from './BackendAdapter.js';
import { type BackendHost } from './BackendHost.js';
import { BackendUnavailableError, type BackendUnavailableDetails } from './BackendUnavailableError.js';
import { describeGpuDevice, type GpuAdapter, type GpuDevice, isSoftwareGpu, readGpuDevice } from './GpuDevice.js';
import { quietFirstUse } from './quietFirstUse.js';
import { gpuBackendOf } from './webgpu/GpuBackend.js';
import { watchGpu } from './webgpu/GpuWatch.js';
import { limitGpuMemory } from './webgpu/limitGpuMemory.js';

/** WebGPU: the browser's, or Dawn through the npm package `webgpu`. */
export const webgpuAdapter: BackendAdapter = {
  name: 'webgpu',

  async probe(host) {
    const found = await findDevice(host);
    if ('missing' in found) return { backend: 'webgpu', available: false, ...withoutCause(found) };
    const isSoftware = isSoftwareGpu(found);
    return { backend: 'webgpu', available: true, device: describeGpuDevice(found), isGpu: !isSoftware, isSoftware };
  },

  async start(host) {
    const found = await findDevice(host);
    if ('missing' in found) throw new BackendUnavailableError('webgpu', found);
    if (gpuOfThisProcess() === undefined) await provideDawn(host);
    await loadBackend(host);
    if (isLost()) forgetBackend('webgpu');
    try {
      await activateBackend('webgpu');
    } catch (cause) {
      throw new BackendUnavailableError('webgpu', { ...NO_ADAPTER, cause });
    }
    quietFirstUse();
    const isSoftware = isSoftwareGpu(found);
    const notes = isSoftware ? ['The GPU is emulated on the CPU: good for tests, slower than wasm.'] : [];
    return {
      device: describeGpuDevice(found),
      version: version_core,
      isGpu: !isSoftware,
      isSoftware,
      notes: [...notes, ...tend(backend())],
    };
  },
};

/** Listens for failures and bounds the memory; what it cannot do is a note. */
function tend(started: KernelBackend): string[] {
  const gpu = gpuBackendOf(started);
  if (gpu) watchGpu(gpu);
  if (!gpu || limitGpuMemory(started)) return [];
  return ['The memory of the GPU is not bounded: its pool is not that of TensorFlow.js 4.22.0.'];
}

/** Whether a backend was started before and its device is gone. */
function isLost(): boolean {
  const before = runningBackend('webgpu');
  const gpu = before && gpuBackendOf(before);
  return gpu ? watchGpu(gpu).isLost : false;
}

interface Gpu {
  requestAdapter(options: { powerPreference: 'high-performance' }): Promise<GpuAdapter | null>;
}

/** The npm package `webgpu`. */
interface DawnModule {
  readonly globals: object;
  create(options: string[]): Gpu;
}

const INSTALL = 'npm install webgpu @tensorflow/tfjs-backend-webgpu';
const NO_ADAPTER: BackendUnavailableDetails = {
  missing: 'a GPU with a Vulkan, Metal or Direct3D 12 driver, and none answered',
  command:
    "on Linux, apt-get install libvulkan1 and your GPU maker's driver; in an NVIDIA container, set NVIDIA_DRIVER_CAPABILITIES=all",
};

async function findDevice(host: BackendHost): Promise<GpuDevice | BackendUnavailableDetails> {
  const gpu = gpuOfThisProcess();
  if (gpu !== undefined) {
    const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
    return adapter === null ? NO_ADAPTER : readGpuDevice(adapter);
  }
  if (!host.runsInNode) {
    return {
      missing: 'navigator.gpu, which this browser lacks',
      command: 'use a browser with WebGPU enabled and a secure (https or localhost) page',
    };
  }
  return findDawnDevice(host);
}

/** Asks in a child process: Dawn is native code, and a bad driver can take the process down. */
async function findDawnDevice(host: BackendHost): Promise<GpuDevice | BackendUnavailableDetails> {
  const report = await host.runInChild(`
    const { create } = await import('webgpu');
    const adapter = await create([]).requestAdapter({ powerPreference: 'high-performance' });
    if (adapter === null) return null;
    const { vendor, architecture, device, description, isFallbackAdapter } = adapter.info;
    return { info: { vendor, architecture, device, description, isFallbackAdapter } };`);
  switch (report.outcome) {
    case 'reported':
      return report.value === null ? NO_ADAPTER : readGpuDevice(report.value as GpuAdapter); // made by the script above
    case 'threw':
      return report.code === 'ERR_MODULE_NOT_FOUND'
        ? { missing: "the npm package 'webgpu', which is not installed", command: INSTALL }
        : { missing: `a loadable npm package 'webgpu' (it said: ${report.message})`, command: `${INSTALL}@latest` };
    case 'crashed':
      return {
        missing: `a driver that Dawn survives (the trial ended with ${report.message})`,
        command: NO_ADAPTER.command,
      };
    case 'not-possible':
      return findDeviceHere(host);
  }
}

/** Without a trial process; whether the package is there shows only by loading it. */
async function findDeviceHere(host: BackendHost): Promise<GpuDevice | BackendUnavailableDetails> {
  try {
    await provideDawn(host);
  } catch (error) {
    if (error instanceof BackendUnavailableError) return error;
    throw error;
  }
  const adapter = await gpuOfThisProcess()?.requestAdapter({ powerPreference: 'high-performance' });
  return adapter ? readGpuDevice(adapter) : NO_ADAPTER;
}

/** Puts Dawn where `@tensorflow/tfjs-backend-webgpu` looks for it. */
async function provideDawn(host: BackendHost): Promise<void> {
  let dawn: DawnModule;
  try {
    dawn = (await host.importModule('webgpu')) as DawnModule; // the package's own declaration says the same
  } catch (cause) {
    throw new BackendUnavailableError('webgpu', { missing: "the npm package 'webgpu'", command: INSTALL, cause });
  }
  Object.assign(globalThis, dawn.globals);
  const gpu = { value: dawn.create([]), configurable: true };
  // Node 20 has no navigator, later ones have one without `gpu`.
  if (typeof navigator === 'object') Object.defineProperty(navigator, 'gpu', gpu);
  else Object.defineProperty(globalThis, 'navigator', { value: { gpu: gpu.value }, configurable: true });
}

/** Imports the tfjs backend, which registers itself only if `navigator.gpu` is there by then. */
async function loadBackend(host: BackendHost): Promise<void> {
  if (isRegistered('webgpu')) return;
  try {
    await host.importModule('@tensorflow/tfjs-backend-webgpu');
  } catch (cause) {
    const command = host.runsInNode ? INSTALL : "import '@tensorflow/tfjs-backend-webgpu' before startBackend";
    throw new BackendUnavailableError('webgpu', { missing: "'@tensorflow/tfjs-backend-webgpu'", command, cause });
  }
  if (isRegistered('webgpu')) return;
  throw new BackendUnavailableError('webgpu', {
    missing: "'@tensorflow/tfjs-backend-webgpu' to be imported once the GPU is there, by startBackend itself",
    command: "remove your own import of '@tensorflow/tfjs-backend-webgpu', or run: npm dedupe @tensorflow/tfjs-core",
  });
}

function gpuOfThisProcess(): Gpu | undefined {
  return (globalThis as { navigator?: { gpu?: Gpu } }).navigator?.gpu; // absent in Node until provideDawn
}

function withoutCause({
  missing,
  command,
}: BackendUnavailableDetails): Pick<BackendProbe & { available: false }, 'missing' | 'command'> {
  return { missing, command };
}
