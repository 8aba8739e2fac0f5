/** The backends that {@link startBackend} knows, fastest first; `'auto'` takes the first that runs on real hardware. */
export const backendNames = ['tensorflow-gpu', 'webgpu', 'tensorflow', 'wasm', 'cpu'] as const;

/**
 * A backend that can be asked for by name.
 *
 * - `'wasm'`: the embedded default, a dependency of this package; one thread in Node, 4 GiB of memory
 * - `'cpu'`: plain JavaScript, a dependency of this package; slow, exact, for tests
 * - `'webgpu'`: the browser's WebGPU, or in Node the npm package `webgpu` (Dawn)
 * - `'tensorflow'`: `@tensorflow/tfjs-node`, TensorFlow's C library on the CPU
 * - `'tensorflow-gpu'`: `@tensorflow/tfjs-node-gpu`, TensorFlow's C library on CUDA
 */
export type BackendName = (typeof backendNames)[number];
