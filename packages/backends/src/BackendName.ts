/** The backends that {@link startBackend} knows, in the order in which `'auto'` tries them where nothing was measured. */
export const backendNames = ['tensorflow-gpu', 'webgpu', 'onnxruntime', 'tensorflow', 'wasm', 'cpu'] as const;

/**
 * A backend that can be asked for by name.
 *
 * - `'wasm'`: the embedded default, a dependency of this package; one thread in Node, 4 GiB of memory
 * - `'cpu'`: plain JavaScript, a dependency of this package; slow, exact, for tests
 * - `'onnxruntime'`: `@crossmodal/tfjs-backend-onnxruntime`, ONNX Runtime's native code on the CPU; Node only
 * - `'webgpu'`: the browser's WebGPU, or in Node the npm package `webgpu` (Dawn)
 * - `'tensorflow'`: `@tensorflow/tfjs-node`, TensorFlow's C library on the CPU
 * - `'tensorflow-gpu'`: `@tensorflow/tfjs-node-gpu`, TensorFlow's C library on CUDA
 */
export type BackendName = (typeof backendNames)[number];
