import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { GpuBuffer, UncapturedError } from '../GpuBackend.js';

/** The backend of TensorFlow.js itself on a device of our own making, which computes nothing. */
export interface FakeGpu {
  readonly backend: WebGPUBackend;
  /** How often commands were handed over. */
  readonly submits: () => number;
  readonly destroyed: readonly GpuBuffer[];
  /** As when the driver crashes. */
  lose(reason: string, message: string): void;
  /** As when an operation fails. */
  fail(className: string, message: string): void;
}

/** Makes one; `navigator.gpu` must exist, see {@link provideNavigatorGpu}. */
export function fakeGpu(): FakeGpu {
  let submits = 0;
  const destroyed: GpuBuffer[] = [];
  const listeners: ((event: UncapturedError) => void)[] = [];
  let lose: (loss: { reason: string; message: string }) => void = () => undefined;
  const device = {
    features: new Set<string>(),
    limits: {},
    lost: new Promise<{ reason: string; message: string }>((resolve) => {
      lose = resolve;
    }),
    addEventListener: (_: string, listener: (event: UncapturedError) => void) => void listeners.push(listener),
    queue: {
      submit: () => {
        submits += 1;
      },
      onSubmittedWorkDone: () => Promise.resolve(),
    },
    createCommandEncoder: () => ({ finish: () => ({}) }),
    createBuffer: ({ size, usage }: { size: number; usage: number }) => {
      const buffer = { size, usage, destroy: () => void destroyed.push(buffer) };
      return buffer;
    },
  };
  return {
    // The backend asks of a device only what stands above, as long as nothing is computed.
    backend: new WebGPUBackend(device as unknown as GPUDevice),
    submits: () => submits,
    destroyed,
    lose: (reason, message) => lose({ reason, message }),
    fail: (className, message) => {
      const error = { message, constructor: { name: className } };
      for (const listener of listeners) listener({ error, preventDefault: () => undefined });
    },
  };
}

/** What the backend checks before it is made; gives back how to undo it. */
export function provideNavigatorGpu(): () => void {
  const { navigator } = globalThis as { navigator?: { gpu?: unknown } };
  if (navigator) Object.defineProperty(navigator, 'gpu', { value: {}, configurable: true });
  else Object.defineProperty(globalThis, 'navigator', { value: { gpu: {} }, configurable: true });
  return () => {
    if (navigator) delete navigator.gpu;
    else Reflect.deleteProperty(globalThis, 'navigator');
  };
}
