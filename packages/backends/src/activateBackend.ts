import { engine, findBackendFactory, registerBackend, removeBackend, setBackend } from '@tensorflow/tfjs-core';

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
  if (!(tfjsName in engine().registry)) {
    const instance = await findBackendFactory(tfjsName)();
    removeBackend(tfjsName);
    registerBackend(tfjsName, () => instance, PRIORITY);
  }
  await setBackend(tfjsName);
}

/** Whether TensorFlow.js knows a backend of this name, running or not. */
export function isRegistered(tfjsName: string): boolean {
  return tfjsName in engine().registryFactory;
}
