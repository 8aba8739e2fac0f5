export { type BackendProbe, type StartedBackend } from './BackendAdapter.js';
export { type BackendHost, type ChildReport } from './BackendHost.js';
export { type BackendName, backendNames } from './BackendName.js';
export { type BackendUnavailableDetails, BackendUnavailableError } from './BackendUnavailableError.js';
export { guardWasmHeap } from './guardWasmHeap.js';
export { probeBackends } from './probeBackends.js';
export { registerSegmentSum } from './registerSegmentSum.js';
export { type BackendInfo, type BackendOptions, startBackend } from './startBackend.js';
export { WasmHeapFullError } from './WasmHeapFullError.js';
