import { registerBackend, removeBackend, setBackend } from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { startBackend } from '../startBackend.js';
import { type FakeGpu, fakeGpu, provideNavigatorGpu } from './__fakes__/fakeGpu.js';
import { assertGpuHealthy } from './assertGpuHealthy.js';
import { GpuDeviceLostError } from './GpuDeviceLostError.js';
import { guardGpu } from './guardGpu.js';
import { GpuOperationError } from './GpuOperationError.js';

const place = {
  step: 12,
  checkpoint: 'runs/train-1/checkpoints/step-000010',
  command: 'crossmodal train --resume runs/train-1',
};

describe('assertGpuHealthy', () => {
  let gpu: FakeGpu;
  let undo = (): void => undefined;
  beforeEach(async () => {
    undo = provideNavigatorGpu();
    gpu = fakeGpu();
    registerBackend('fake-webgpu', () => gpu.backend);
    await setBackend('fake-webgpu');
    await assertGpuHealthy(); // listens from here on
  });
  afterEach(() => {
    removeBackend('fake-webgpu');
    undo();
  });

  it('hands over what was recorded, and is silent as long as nothing fails', async () => {
    const before = gpu.submits();
    await assertGpuHealthy(place);
    expect(gpu.submits()).toBe(before + 1);
  });

  it('says why the device went, where the run was and how to continue, again and again', async () => {
    gpu.lose('unknown', 'GPU reset');
    const error: unknown = await assertGpuHealthy(place).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(GpuDeviceLostError);
    expect(error).toMatchObject({ name: 'GpuDeviceLostError', reason: 'unknown', ...place });
    expect((error as Error).message).toBe(
      'webgpu: the GPU must stay until the work is done, but it was lost in step 12 (unknown: GPU reset). What lay on it is gone. ' +
        'The last checkpoint is runs/train-1/checkpoints/step-000010. Continue with: crossmodal train --resume runs/train-1',
    );
    await expect(assertGpuHealthy({ step: 1 })).rejects.toThrow(
      'in step 1 (unknown: GPU reset). What lay on it is gone. No checkpoint was saved yet. Start again.',
    );
    await expect(assertGpuHealthy()).rejects.toThrow('(unknown: GPU reset). What lay on it is gone. Start again.');
  });

  it('names the first operation that failed, once', async () => {
    gpu.fail('GPUOutOfMemoryError', 'Not enough memory left. ');
    gpu.fail('GPUValidationError', 'Buffer is invalid.');
    const error: unknown = await assertGpuHealthy(place).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(GpuOperationError);
    expect(error).toMatchObject({ kind: 'out-of-memory', step: 12, checkpoint: place.checkpoint });
    expect((error as Error).message).toBe(
      'webgpu: every operation must succeed, but the GPU reported that its memory is full in step 12: Not enough memory left. ' +
        'Nothing was made of the values. The last checkpoint is runs/train-1/checkpoints/step-000010. ' +
        'Use a smaller batch, shorter texts, or gradientAccumulationSteps.',
    );
    await assertGpuHealthy();
  });

  it.each([
    ['GPUValidationError', 'validation'],
    ['GPUInternalError', 'internal'],
  ])('tells a %s by its kind', async (className, kind) => {
    gpu.fail(className, 'No.');
    await expect(assertGpuHealthy()).rejects.toMatchObject({ kind });
  });

  it('guards work: its result and its own errors count only if nothing failed', async () => {
    const broken = (): Promise<never> => Promise.reject(new Error('its own'));
    expect(await guardGpu(() => Promise.resolve(5))).toBe(5);
    await expect(guardGpu(broken)).rejects.toThrow('its own');
    gpu.fail('GPUInternalError', 'No.');
    await expect(guardGpu(() => Promise.resolve(5))).rejects.toThrow(GpuOperationError);
    gpu.lose('unknown', 'gone');
    await expect(guardGpu(broken, { step: 2 })).rejects.toThrow('in step 2 (unknown: gone)');
  });

  it('has nothing to say about other backends', async () => {
    gpu.lose('unknown', '');
    await startBackend('cpu');
    await assertGpuHealthy();
  });
});
