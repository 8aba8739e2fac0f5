import { describe, expect, it } from 'vitest';

import { describeGpuDevice, isSoftwareGpu, readGpuDevice } from './GpuDevice.js';

const none = { vendor: '', architecture: '', device: '', description: '', isFallbackAdapter: false };

describe('isSoftwareGpu', () => {
  it.each([
    { vendor: 'google', architecture: 'swiftshader' },
    { device: 'llvmpipe (LLVM 17.0.6, 256 bits)' },
    { description: 'Microsoft Basic Render Driver' },
    { description: 'Null backend' },
    // As Dawn in Node names SwiftShader, and Windows' software GPU.
    { vendor: 'google', device: 'swiftshader-device-subzero-', description: 'SwiftShader driver 5.0.0' },
    {
      vendor: 'microsoft',
      device: 'microsoft-basic-render-driver',
      description: 'D3D12 driver version 10.0.26100.5074',
    },
    // As browsers name them, which hide device and description.
    { vendor: 'microsoft', architecture: 'warp' },
    // As wgpu names it: what should be the vendor is the driver's version.
    { vendor: '10.0.26100.1301', device: 'Microsoft Basic Render Driver' },
    { description: 'Microsoft Direct3D12 (Microsoft Basic Render Driver)' },
    { vendor: '0x10005', device: '0x0', description: 'llvmpipe (LLVM 15.0.6, 256 bits)' },
    { vendor: 'mesa', device: 'llvmpipe-llvm-17-0-6-256-bits-', description: 'llvmpipe: Mesa 24.0.9 (LLVM 17.0.6)' },
    { vendor: 'apple', description: 'Apple Software Renderer' },
    { vendor: 'nvidia', isFallbackAdapter: true },
  ])('sees through %o', (fields) => {
    expect(isSoftwareGpu({ ...none, ...fields })).toBe(true);
  });

  it.each([
    { vendor: 'nvidia', architecture: 'hopper', description: 'NVIDIA H100 80GB HBM3' },
    { vendor: 'nvidia', architecture: 'turing', device: 'tesla-t4', description: 'NVIDIA: 550.54.14' },
    { vendor: 'apple', architecture: 'metal-3' },
    { vendor: 'intel', architecture: 'xe', device: 'Warpdrive 3000' },
    { vendor: 'intel', architecture: 'gen-12lp', description: 'Intel open-source Mesa driver: Mesa 23.2.1' },
    // Compiled by LLVM is not rendered by llvmpipe.
    { vendor: 'amd', architecture: 'rdna-3', description: 'radv: Mesa 23.1.0 (LLVM 15.0.7)' },
    { vendor: 'amd', architecture: 'rdna-4', description: 'AMD Software: Adrenalin Edition 26.1.1' },
    // An Apple GPU on Linux: the vendor number of Mesa, as llvmpipe has it.
    { vendor: 'mesa', device: 'apple-m1-g13g-b0-', description: 'Honeykrisp: Mesa 25.1.0' },
    { vendor: 'qualcomm', architecture: 'adreno-7xx' },
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
