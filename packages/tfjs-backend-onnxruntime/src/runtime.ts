/** ONNX Runtime alone, by the backend's rules; loads nothing of TensorFlow.js. */
export { loadOnnxRuntime, type OnnxRuntime } from './native/loadOnnxRuntime.js';
export { type OnnxRuntimeProblem, OnnxRuntimeUnavailableError } from './native/OnnxRuntimeUnavailableError.js';
export { type ModuleLoader, onnxRuntimeVersion } from './native/startOnnxRuntime.js';
