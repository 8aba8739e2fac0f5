import {
  add,
  concat,
  fill,
  reshape,
  type Tensor1D,
  type Tensor2D,
  type Tensor3D,
  type Tensor4D,
  tidy,
} from '@tensorflow/tfjs-core';
import { patchLayout } from './cutPatches.js';
import { embedPatches } from './embedPatches.js';
import { interpolatePositions } from './interpolatePositions.js';

/** The parameters between pictures and the first block. */
export interface PictureEmbedding {
  /** `[D, 3, patchSize, patchSize]` float32, PyTorch layout. */
  readonly patchWeight: Tensor4D;
  /** `[D]` float32; default none. */
  readonly patchBias?: Tensor1D | undefined;
  /** `[D]` float32. */
  readonly classToken: Tensor1D;
  /** `[1 + gridSize * gridSize, D]` float32; interpolated when the pictures have another grid of patches. */
  readonly positions: Tensor2D;
}

/**
 * Patches, class token and positions: `[class, E p_1 + b, ..., E p_P + b] + positions`.
 *
 * Section 3.1, equation 1 of Dosovitskiy et al. 2021, https://arxiv.org/abs/2010.11929. Trusts its input.
 *
 * @param pixelValues - `[B, height, width, 3]` float32
 * @returns `[B, 1 + P, D]` float32; new tensor, the caller disposes it
 */
export function embedPictures(
  pixelValues: Tensor4D,
  { patchWeight, patchBias, classToken, positions }: PictureEmbedding,
): Tensor3D {
  const { rows, columns } = patchLayout(pixelValues.shape, patchWeight.shape[2]);
  const [batch] = pixelValues.shape;
  const [length, hiddenSize] = positions.shape;
  const isLearned = rows === columns && rows * columns === length - 1;
  return tidy(() => {
    const mapped = embedPatches(pixelValues, patchWeight); // [B, P, D]
    const patches = patchBias ? add<Tensor3D>(mapped, patchBias) : mapped;
    const first = add<Tensor3D>(fill([batch, 1, hiddenSize], 0), classToken); // [B, 1, D]
    const places = isLearned ? positions : interpolatePositions(positions, rows, columns);
    return add(concat([first, patches], 1), reshape(places, [1, 1 + rows * columns, hiddenSize]));
  });
}
