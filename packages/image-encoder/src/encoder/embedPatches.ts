import {
  add,
  customGrad,
  fill,
  matMul,
  reshape,
  type Tensor,
  type Tensor2D,
  type Tensor3D,
  type Tensor4D,
  tidy,
  transpose,
} from '@tensorflow/tfjs-core';
import { cutPatches, joinPatches, type PatchLayout, patchLayout } from './cutPatches.js';

/**
 * Cuts pictures into patches and maps each linearly: PyTorch's `Conv2d` with equal kernel size and stride, without bias.
 *
 * Section 3.1, equation 1 of Dosovitskiy et al. 2021, https://arxiv.org/abs/2010.11929. Trusts its input.
 *
 * @param pixelValues - `[B, height, width, C]` float32
 * @param weight - `[D, C, patchSize, patchSize]` float32, PyTorch layout
 * @returns `[B, P, D]` float32, patches row by row; new tensor, the caller disposes it
 */
export function embedPatches(pixelValues: Tensor4D, weight: Tensor4D): Tensor3D {
  const [hiddenSize, , patchSize] = weight.shape;
  const [batch] = pixelValues.shape;
  const layout = patchLayout(pixelValues.shape, patchSize);
  return tidy(() => {
    const patches = mapPatches(cutPatches(pixelValues, layout), weight); // [B * P, D]
    // Two nodes on the tape: the gradient of the pixels is as dear as this whole layer, and training never asks for it.
    const traced = add(patches, tracePixels(pixelValues, weight, layout));
    return reshape(traced, [batch, layout.rows * layout.columns, hiddenSize]);
  });
}

/** The value, with the gradient of the weight; the patches count as constants. */
function mapPatches(patches: Tensor2D, weight: Tensor4D): Tensor2D {
  const [hiddenSize, channels, patchSize] = weight.shape;
  const operation = customGrad((kernel, save) => {
    // TensorFlow.js passes tensors and its save function in one list of both types.
    (save as unknown as (tensors: Tensor[]) => void)([patches]);
    return {
      value: matMul(patches, weightColumns(kernel as Tensor4D)),
      gradFunc: (dy: Tensor, [saved]: Tensor[]) =>
        tidy(() => {
          // The transposed operand comes first: matMul's own transposeA is more than ten times slower on wasm.
          const rows = matMul(transpose(dy), saved ?? patches); // [D, patchSize * patchSize * C]
          return transpose(reshape(rows, [hiddenSize, patchSize, patchSize, channels]), [0, 3, 1, 2]);
        }),
    };
  });
  // A matrix product, which customGrad's declared type cannot say.
  return operation(weight) as Tensor2D;
}

/** Zeros, with the gradient of the pixels. */
function tracePixels(pixelValues: Tensor4D, weight: Tensor4D, layout: PatchLayout): Tensor2D {
  const [batch] = layout.pixels;
  const operation = customGrad((_pixels, save) => {
    // TensorFlow.js passes tensors and its save function in one list of both types.
    (save as unknown as (tensors: Tensor[]) => void)([weight]);
    return {
      value: fill([batch * layout.rows * layout.columns, weight.shape[0]], 0),
      gradFunc: (dy: Tensor, [saved]: Tensor[]) =>
        tidy(() => joinPatches(matMul(dy, transpose(weightColumns((saved ?? weight) as Tensor4D))), layout)),
    };
  });
  return operation(pixelValues) as Tensor2D;
}

/** `[D, C, h, w]` as `[h * w * C, D]`: in the order of the patches' values. */
function weightColumns(weight: Tensor4D): Tensor2D {
  const [hiddenSize, channels, patchSize] = weight.shape;
  return reshape(transpose(weight, [2, 3, 1, 0]), [patchSize * patchSize * channels, hiddenSize]);
}
