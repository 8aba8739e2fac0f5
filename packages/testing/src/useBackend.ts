import { engine, env, ready, setBackend } from '@tensorflow/tfjs-core';

/** The backends that tests run on. */
export type TestBackend = 'cpu' | 'wasm' | 'webgpu' | 'onnxruntime' | 'tensorflow';

/**
 * Loads a TensorFlow.js backend and makes it the current one.
 *
 * `webgpu` runs through the `webgpu` npm package (Dawn), so its device comes from the machine's Vulkan driver. Values can then only
 * be read with `await data()`. Small tensors are kept off the cpu backend, which would otherwise compute them unnoticed; `onnxruntime`
 * hands them to ONNX Runtime for the same reason, with two threads on every machine. `tensorflow` needs what
 * `crossmodal setup tensorflow` leaves; see docs/guides/native-tensorflow.md.
 *
 * @throws Error when the backend does not start here
 */
export async function useBackend(name: TestBackend): Promise<void> {
  await load(name);
  if (!(await setBackend(name))) throw new Error(`useBackend: "${name}" must start, but it did not on this machine.`);
  await ready();
  if (name === 'webgpu') env().set('WEBGPU_CPU_FORWARD', false);
}

async function load(name: TestBackend): Promise<void> {
  // The gradients of TensorFlow.js are registered in Node only by a package that loads them, and this one does.
  await import('@tensorflow/tfjs-layers');
  if (name === 'cpu') await import('@tensorflow/tfjs-backend-cpu');
  if (name === 'wasm') await import('@tensorflow/tfjs-backend-wasm');
  if (name === 'onnxruntime') {
    const { registerOnnxRuntimeBackend } = await import('@crossmodal/tfjs-backend-onnxruntime');
    registerOnnxRuntimeBackend({ numThreads: 2, smallestWork: 0 });
  }
  // Once per process: its native code is tried in a child first.
  if (name === 'tensorflow' && !('tensorflow' in engine().registryFactory)) {
    const { startBackend } = await import('@crossmodal/backends');
    await startBackend('tensorflow');
  }
  if (name === 'webgpu') {
    await startDawn();
    await import('@tensorflow/tfjs-backend-webgpu');
  }
}

async function startDawn(): Promise<void> {
  // The types of Node 20 know a global navigator, but the runtime has one from Node 21 on only.
  const navigatorHere = (globalThis as { navigator?: { gpu?: unknown } }).navigator;
  if (navigatorHere?.gpu) return;
  const { create, globals } = await import('webgpu');
  Object.assign(globalThis, globals);
  const gpu = create([]);
  if (navigatorHere) Object.defineProperty(navigatorHere, 'gpu', { value: gpu, configurable: true });
  else Object.defineProperty(globalThis, 'navigator', { value: { gpu }, configurable: true });
}
