import {
  pad,
  type Rank,
  reshape,
  slice,
  type Tensor,
  type Tensor2D,
  type Tensor4D,
  transpose,
} from '@tensorflow/tfjs-core';

/** How pictures are cut: `[B, height, width, C]` into `rows` times `columns` squares of side `patchSize`. */
export interface PatchLayout {
  /** `[B, height, width, C]`. */
  readonly pixels: readonly [number, number, number, number];
  readonly patchSize: number;
  readonly rows: number;
  readonly columns: number;
}

/** As many whole patches as fit. */
export function patchLayout(pixels: PatchLayout['pixels'], patchSize: number): PatchLayout {
  const [, height, width] = pixels;
  return { pixels, patchSize, rows: Math.floor(height / patchSize), columns: Math.floor(width / patchSize) };
}

/**
 * Cuts pictures into patches, one row of values each; the rest at the right and the bottom is dropped.
 *
 * @param pixelValues - `[B, height, width, C]` float32
 * @returns `[B * P, patchSize * patchSize * C]` float32, in the order row, column, channel
 */
export function cutPatches(pixelValues: Tensor4D, { pixels, patchSize, rows, columns }: PatchLayout): Tensor2D {
  const [batch, height, width, channels] = pixels;
  const used: [number, number, number, number] = [batch, rows * patchSize, columns * patchSize, channels];
  const whole = used[1] === height && used[2] === width ? pixelValues : slice(pixelValues, [0, 0, 0, 0], used);
  // Rank 4 is enough, because whole rows of a patch stay together.
  const strips = reshape(whole, [batch * rows, patchSize, columns, patchSize * channels]);
  return reshape(transpose(strips, [0, 2, 1, 3]), [batch * rows * columns, patchSize * patchSize * channels]);
}

/**
 * Puts rows of patches back into pictures; the inverse of {@link cutPatches}, with zeros where it dropped pixels.
 *
 * @param patches - `[B * P, patchSize * patchSize * C]` float32
 * @returns `[B, height, width, C]` float32
 */
export function joinPatches(patches: Tensor, { pixels, patchSize, rows, columns }: PatchLayout): Tensor4D {
  const [batch, height, width, channels] = pixels;
  const strips = transpose(reshape(patches, [batch * rows, columns, patchSize, patchSize * channels]), [0, 2, 1, 3]);
  const whole = reshape<Rank.R4>(strips, [batch, rows * patchSize, columns * patchSize, channels]);
  const [below, right] = [height - rows * patchSize, width - columns * patchSize];
  return below === 0 && right === 0
    ? whole
    : pad(whole, [
        [0, 0],
        [0, below],
        [0, right],
        [0, 0],
      ]);
}
