/** The fields of a WebGPU `GPUAdapterInfo` that tell which device it is. */
export interface GpuDevice {
  readonly vendor: string;
  readonly architecture: string;
  readonly device: string;
  readonly description: string;
  readonly isFallbackAdapter: boolean;
}

/** The part of WebGPU's `GPUAdapter` that is read here. */
export interface GpuAdapter {
  readonly info?: Partial<GpuDevice>;
  /** Where older implementations keep it. */
  readonly isFallbackAdapter?: boolean;
}

/** Reads the device out of an adapter; what it does not say becomes `''`. */
export function readGpuDevice(adapter: GpuAdapter): GpuDevice {
  const { info = {} } = adapter;
  return {
    vendor: info.vendor ?? '',
    architecture: info.architecture ?? '',
    device: info.device ?? '',
    description: info.description ?? '',
    isFallbackAdapter: info.isFallbackAdapter ?? adapter.isFallbackAdapter ?? false,
  };
}

/** In words: `'NVIDIA H100 PCIe (nvidia, hopper)'`. */
export function describeGpuDevice({ vendor, architecture, device, description }: GpuDevice): string {
  const name = [description, device, 'unnamed GPU'].find((candidate) => candidate !== '') ?? '';
  const maker = [vendor, architecture].filter((part) => part !== '').join(', ');
  return maker === '' ? name : `${name} (${maker})`;
}

/** Whether the device is the CPU in disguise. */
export function isSoftwareGpu({ isFallbackAdapter, ...names }: GpuDevice): boolean {
  return isFallbackAdapter || Object.values(names).some((name) => SOFTWARE.test(name));
}

/**
 * SwiftShader (Google), llvmpipe and lavapipe (Mesa), WARP (Microsoft's "Basic Render Driver", which drivers also call an integrated
 * GPU), Apple's and others' software renderers, Dawn's null backend. Dawn in Node writes names with hyphens. Mesa as a vendor says
 * nothing: its driver for Apple's GPUs has the same number as llvmpipe; and drivers of real GPUs are "software" in their own words.
 */
const SOFTWARE =
  /swiftshader|llvmpipe|lavapipe|softpipe|basic[ -]render|\bwarp\b|software[ -](?:rasterizer|renderer|adapter)|null[ -]backend/i;
