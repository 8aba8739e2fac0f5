import { add, env, getBackend, matMul, softmax, tensor1d, tensor2d, unsortedSegmentSum } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';

import { type BackendInfo, startBackend } from './startBackend.js';
import { probeBackends } from './probeBackends.js';

/** Needs a WebGPU device: `node scripts/swiftshader.mjs vitest run --config packages/backends/vitest.webgpu.config.ts`. */
describe('startBackend on webgpu, on this machine', () => {
  let info: BackendInfo;

  beforeAll(async () => {
    info = await startBackend('webgpu');
    // Otherwise the cpu backend computes small tensors, and this would test nothing.
    env().set('WEBGPU_CPU_FORWARD', false);
  });

  it('says which device computes', () => {
    expect(getBackend()).toBe('webgpu');
    expect(info.device).not.toBe('');
    expect(info.isGpu).toBe(!info.isSoftware);
    if (info.device.includes('SwiftShader')) expect(info.isSoftware).toBe(true);
  });

  it('multiplies matrices', async () => {
    const product = matMul(tensor2d([[1, 2], [3, 4]]), tensor2d([[5, 6], [7, 8]])); // prettier-ignore
    expect([...(await product.data())]).toEqual([19, 22, 43, 50]);
  });

  it('computes what the cpu computes', async () => {
    const values = Array.from({ length: 64 }, (_, i) => Math.sin(i * 1.7) * 3);
    const [first = 0] = await softmax(tensor1d(values)).data();
    const total = values.reduce((sum, value) => sum + Math.exp(value), 0);
    expect(first).toBeCloseTo(Math.exp(values[0] ?? 0) / total, 6);
  });

  it('adds segments, the gradient of an embedding', async () => {
    const sums = unsortedSegmentSum(tensor2d([[1, 10], [2, 20], [4, 40]]), tensor1d([1, 1, 0], 'int32'), 3); // prettier-ignore
    expect([...(await sums.data())]).toEqual([4, 40, 3, 30, 0, 0]);
  });

  it('is left alone by auto when it is software', async () => {
    const probe = (await probeBackends()).find(({ backend }) => backend === 'webgpu');
    expect(probe).toMatchObject({ available: true, isSoftware: info.isSoftware });
    const { name } = await startBackend('auto');
    if (info.isSoftware) expect(name).not.toBe('webgpu');
    else expect(name).toBe('webgpu');
    expect([...(await add(tensor1d([1]), 1).data())]).toEqual([2]);
  });
});
