/** Interpolation kernels, with Pillow's names and definitions. */
export type ResampleFilter = 'lanczos' | 'bilinear' | 'bicubic';

/** A kernel `weightAt(x)` that is zero where `|x| >= support`; `x` in pixels of the coarser of the two pictures. */
export interface ResampleKernel {
  readonly support: number;
  readonly weightAt: (x: number) => number;
}

/** The kernel of each filter. */
export const resampleKernels: Readonly<Record<ResampleFilter, ResampleKernel>> = {
  lanczos: { support: 3, weightAt: lanczos },
  bilinear: { support: 1, weightAt: (x) => Math.max(0, 1 - Math.abs(x)) },
  bicubic: { support: 2, weightAt: bicubic },
};

/** Keys' cubic convolution (1981) with a = -0.5, as in Pillow; OpenCV and PyTorch use -0.75. */
function bicubic(x: number): number {
  const a = -0.5;
  const distance = Math.abs(x);
  // Evaluated in Pillow's order, so that the rounding of the last bit is the same.
  if (distance < 1) return ((a + 2) * distance - (a + 3)) * distance * distance + 1;
  if (distance < 2) return (((distance - 5) * distance + 8) * distance - 4) * a;
  return 0;
}

function lanczos(x: number): number {
  return x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0;
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI);
}
