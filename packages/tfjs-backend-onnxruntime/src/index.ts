export { OnnxRuntimeBackend, type OnnxRuntimeBackendOptions, type OutputInfo } from './OnnxRuntimeBackend.js';
export { backendName, registerOnnxRuntimeBackend } from './registerOnnxRuntimeBackend.js';
export { onnxRuntimeVersion } from './native/loadBinding.js';
export { type OnnxRuntimeProblem, OnnxRuntimeUnavailableError } from './native/OnnxRuntimeUnavailableError.js';
