import { describe, expect, it } from 'vitest';

import { describeGpuDevice, isSoftwareGpu, readGpuDevice } from './GpuDevice.js';

const none = { vendor: '', architecture: '', device: '', description: '', isFallbackAdapter: false };

describe('isSoftwareGpu', () => {
  it.each([
    { vendor: 'google', architecture: 'swiftshader' },
    { device: 'llvmpipe (LLVM 17.0.6, 256 bits)' },
    { description: 'Microsoft Basic Render Driver' },
    { description: 'Null backend' },
    { vendor: 'nvidia', isFallbackAdapter: true },
  ])('sees through %o', (fields) => {
    expect(isSoftwareGpu({ ...none, ...fields })).toBe(true);
  });

  it.each([
    { vendor: 'nvidia', architecture: 'hopper', description: 'NVIDIA H100 80GB HBM3' },
    { vendor: 'apple', architecture: 'metal-3' },
    { vendor: 'intel', architecture: 'xe', device: 'Warpdrive 3000' },
    {},
  ])('takes %o for hardware', (fields) => {
    expect(isSoftwareGpu({ ...none, ...fields })).toBe(false);
  });
});

describe('readGpuDevice', () => {
  it('reads what older implementations keep on the adapter', () => {
    expect(readGpuDevice({ isFallbackAdapter: true })).toEqual({ ...none, isFallbackAdapter: true });
    expect(readGpuDevice({ info: { vendor: 'amd' } })).toEqual({ ...none, vendor: 'amd' });
  });
});

describe('describeGpuDevice', () => {
  it('says what is known', () => {
    expect(describeGpuDevice({ ...none, vendor: 'apple', architecture: 'metal-3' })).toBe(
      'unnamed GPU (apple, metal-3)',
    );
    expect(describeGpuDevice({ ...none, device: 'GA102' })).toBe('GA102');
    expect(describeGpuDevice(none)).toBe('unnamed GPU');
  });
});
