import {
  engine,
  findBackendFactory,
  type KernelBackend,
  registerBackend,
  removeBackend,
  setBackend,
} from '@tensorflow/tfjs-core';

/** Above every priority that TensorFlow.js gives out (1 to 3). */
const PRIORITY = 10;

/**
 * Makes a registered backend the current one.
 *
 * `setBackend` alone answers a failed start with a console warning and `false`, and leaves no backend in place; this
 * rejects with the reason and leaves the current one running.
 *
 * @param tfjsName - TensorFlow.js's own name: `'wasm'`, `'cpu'`, `'webgpu'`, `'tensorflow'`
 */
export async function activateBackend(tfjsName: string): Promise<void> {
  if (!runningBackend(tfjsName)) {
    const instance = await findBackendFactory(tfjsName)();
    replaceFactory(tfjsName, instance);
  }
  await setBackend(tfjsName);
}

/** The backend of this name that was started and not removed. */
export function runningBackend(tfjsName: string): KernelBackend | undefined {
  const { registry } = engine();
  return tfjsName in registry ? registry[tfjsName] : undefined;
}

/** Lets the next start of a backend make a new one: the one that runs is of no use any more. Its tensors are lost. */
export function forgetBackend(tfjsName: string): void {
  replaceFactory(tfjsName, undefined);
}

/** The new factory gives the instance first, if there is one, and later what the package's own gives. */
function replaceFactory(tfjsName: string, instance: KernelBackend | undefined): void {
  const make = findBackendFactory(tfjsName);
  let ready = instance;
  removeBackend(tfjsName);
  const takeOrMake = (): KernelBackend | Promise<KernelBackend> => {
    const first = ready;
    ready = undefined;
    return first ?? make();
  };
  registerBackend(tfjsName, takeOrMake, PRIORITY);
}

/** Whether TensorFlow.js knows a backend of this name, running or not. */
export function isRegistered(tfjsName: string): boolean {
  return tfjsName in engine().registryFactory;
}
