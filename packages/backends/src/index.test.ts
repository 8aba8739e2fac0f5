import { engine } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';

import * as backends from './index.js';

it('loads no backend until one is started', () => {
  expect(Object.keys(backends).sort()).toEqual([
    'BackendUnavailableError',
    'GpuDeviceLostError',
    'GpuOperationError',
    'WasmHeapFullError',
    'assertGpuHealthy',
    'backendNames',
    'findTensorflowSetup',
    'guardGpu',
    'guardWasmHeap',
    'limitGpuMemory',
    'measureBackend',
    'measureBackends',
    'measuredSpeeds',
    'probeBackends',
    'registerBatchedMatMul',
    'registerFusedWebGpuKernels',
    'registerSegmentSum',
    'startBackend',
    'tensorflowSetupFolder',
  ]);
  expect(engine().registryFactory).toEqual({});
});
