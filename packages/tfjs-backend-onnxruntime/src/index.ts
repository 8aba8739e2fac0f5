export { CapturedGraph, type DropoutKeys } from './graph/CapturedGraph.js';
export { type DropoutMask } from './graph/GraphRecorder.js';
export {
  type Capture,
  OnnxRuntimeBackend,
  type OnnxRuntimeBackendOptions,
  type OutputInfo,
} from './OnnxRuntimeBackend.js';
export { type PooledDtype } from './memory/PooledBackend.js';
export { backendName, registerOnnxRuntimeBackend } from './registerOnnxRuntimeBackend.js';
export { loadOnnxRuntime, type OnnxRuntime } from './native/loadOnnxRuntime.js';
export { type OnnxRuntimeProblem, OnnxRuntimeUnavailableError } from './native/OnnxRuntimeUnavailableError.js';
export { type ModuleLoader, onnxRuntimeVersion } from './native/startOnnxRuntime.js';
