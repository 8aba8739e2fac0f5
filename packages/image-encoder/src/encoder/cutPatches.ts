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

/** How pictures are cut: `[B, S, S, C]` into `gridSize` times `gridSize` squares of side `patchSize`. */
export interface PatchLayout {
  /** `[B, S, S, C]`. */
  readonly pixels: readonly [number, number, number, number];
  readonly patchSize: number;
  readonly gridSize: number;
}

/**
 * Cuts pictures into patches, one row of values each; the rest at the right and the bottom is dropped.
 *
 * @param pixelValues - `[B, S, S, C]` float32
 * @returns `[B * P, patchSize * patchSize * C]` float32, in the order row, column, channel
 */
export function cutPatches(pixelValues: Tensor4D, { pixels, patchSize, gridSize }: PatchLayout): Tensor2D {
  const [batch, side, , channels] = pixels;
  const used = gridSize * patchSize;
  const whole = used === side ? pixelValues : slice(pixelValues, [0, 0, 0, 0], [batch, used, used, channels]);
  // Rank 4 is enough, because whole rows of a patch stay together.
  const strips = reshape(whole, [batch * gridSize, patchSize, gridSize, patchSize * channels]);
  return reshape(transpose(strips, [0, 2, 1, 3]), [batch * gridSize * gridSize, patchSize * patchSize * channels]);
}

/**
 * Puts rows of patches back into pictures; the inverse of {@link cutPatches}, with zeros where it dropped pixels.
 *
 * @param rows - `[B * P, patchSize * patchSize * C]` float32
 * @returns `[B, S, S, C]` float32
 */
export function joinPatches(rows: Tensor, { pixels, patchSize, gridSize }: PatchLayout): Tensor4D {
  const [batch, side, , channels] = pixels;
  const used = gridSize * patchSize;
  const strips = transpose(reshape(rows, [batch * gridSize, gridSize, patchSize, patchSize * channels]), [0, 2, 1, 3]);
  const whole = reshape<Rank.R4>(strips, [batch, used, used, channels]);
  const rest = side - used;
  return rest === 0
    ? whole
    : pad(whole, [
        [0, 0],
        [0, rest],
        [0, rest],
        [0, 0],
      ]);
}
