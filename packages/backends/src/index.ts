export { type BackendProbe, type StartedBackend } from './BackendAdapter.js';
export { type BackendHost, type ChildReport } from './BackendHost.js';
export { type BackendName, backendNames } from './BackendName.js';
export { type BackendUnavailableDetails, BackendUnavailableError } from './BackendUnavailableError.js';
export { registerBatchedMatMul } from './batchedMatMul/registerBatchedMatMul.js';
export { guardWasmHeap } from './guardWasmHeap.js';
export { probeBackends } from './probeBackends.js';
export { registerSegmentSum } from './registerSegmentSum.js';
export { type BackendOptions } from './BackendOptions.js';
export { type BackendChoice, type BackendInfo, startBackend } from './startBackend.js';
export { type BackendSpeed, type BackendSpeeds } from './speed/BackendSpeed.js';
export { measureBackend } from './speed/measureBackend.js';
export { measureBackends, measuredSpeeds } from './speed/measureBackends.js';
export { type SpeedStore } from './speed/SpeedFile.js';
export { findTensorflowSetup, type FindTensorflowSetupOptions } from './tensorflow/findTensorflowSetup.js';
export { tensorflowSetupFolder } from './tensorflow/tensorflowSetupFolder.js';
export {
  type TensorflowDevice,
  type TensorflowLibraryFile,
  type TensorflowSetup,
  type TensorflowSetupState,
} from './tensorflow/TensorflowSetup.js';
export { type PassedOver } from './PassedOver.js';
export { WasmHeapFullError } from './WasmHeapFullError.js';
export { assertGpuHealthy } from './webgpu/assertGpuHealthy.js';
export { registerFusedWebGpuKernels } from './webgpu/fused/registerFusedWebGpuKernels.js';
export { GpuDeviceLostError, type GpuFailurePlace, type GpuLoss } from './webgpu/GpuDeviceLostError.js';
export { type GpuErrorKind, GpuOperationError } from './webgpu/GpuOperationError.js';
export { guardGpu } from './webgpu/guardGpu.js';
export { type GpuMemoryOptions, limitGpuMemory } from './webgpu/limitGpuMemory.js';
