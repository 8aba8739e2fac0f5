/** Ways to compute new pixels from old ones, with Pillow's names and definitions. */
export type ResampleFilter = 'nearest' | 'lanczos' | 'bilinear' | 'bicubic' | 'box' | 'hamming';

/** Pillow's numbers, as files have them. */
export const resampleCodes: Readonly<Record<ResampleFilter, number>> = {
  nearest: 0,
  lanczos: 1,
  bilinear: 2,
  bicubic: 3,
  box: 4,
  hamming: 5,
};

/** Filters that weigh several old pixels. */
export type KernelFilter = Exclude<ResampleFilter, 'nearest'>;

/** A kernel `weightAt(x)` that is zero where `|x| > support`; `x` in pixels of the coarser of the two pictures. */
export interface ResampleKernel {
  readonly support: number;
  readonly weightAt: (x: number) => number;
}

/** The kernel of each filter. Evaluated in Pillow's order, so that the rounding of the last bit is the same. */
export const resampleKernels: Readonly<Record<KernelFilter, ResampleKernel>> = {
  lanczos: { support: 3, weightAt: (x) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0) },
  bilinear: { support: 1, weightAt: (x) => Math.max(0, 1 - Math.abs(x)) },
  bicubic: { support: 2, weightAt: bicubic },
  box: { support: 0.5, weightAt: (x) => (x > -0.5 && x <= 0.5 ? 1 : 0) },
  hamming: { support: 1, weightAt: hamming },
};

/** Keys' cubic convolution (1981) with a = -0.5, as in Pillow; OpenCV and PyTorch use -0.75. */
function bicubic(x: number): number {
  const a = -0.5;
  const distance = Math.abs(x);
  if (distance < 1) return ((a + 2) * distance - (a + 3)) * distance * distance + 1;
  if (distance < 2) return (((distance - 5) * distance + 8) * distance - 4) * a;
  return 0;
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI);
}

function hamming(x: number): number {
  const distance = Math.abs(x);
  if (distance === 0) return 1;
  if (distance >= 1) return 0;
  const angle = distance * Math.PI;
  // Single-precision constants, as in Pillow.
  return (Math.sin(angle) / angle) * (Math.fround(0.54) + Math.fround(0.46) * Math.cos(angle));
}
