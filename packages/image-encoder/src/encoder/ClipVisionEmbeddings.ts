import { type Initializer, Module } from '@crossmodal/layers';
import {
  add,
  concat,
  fill,
  type Rank,
  reshape,
  type Tensor1D,
  type Tensor2D,
  type Tensor3D,
  type Tensor4D,
  type Variable,
} from '@tensorflow/tfjs-core';
import { type ClipVisionConfig } from './ClipVisionConfig.js';
import { embedPatches } from './embedPatches.js';

/**
 * Patches, class token and positions: `[class, E p_1, ..., E p_P] + positions`, with the parameter paths of Hugging Face's
 * `CLIPVisionEmbeddings`.
 *
 * Section 3.1, equation 1 of Dosovitskiy et al. 2021, https://arxiv.org/abs/2010.11929
 */
export class ClipVisionEmbeddings extends Module {
  readonly #classEmbedding: Variable<Rank.R1>;
  readonly #patchEmbedding: Variable<Rank.R4>;
  readonly #positionEmbedding: Variable<Rank.R2>;

  /**
   * @param config - checked by the caller
   * @param initializer - first values of all three
   */
  constructor({ hiddenSize, imageSize, patchSize }: ClipVisionConfig, initializer: Initializer) {
    super();
    const positions = Math.floor(imageSize / patchSize) ** 2 + 1;
    // Initializers keep the rank of the shape, which their declared type cannot say.
    this.#classEmbedding = this.parameter('class_embedding', initializer([hiddenSize], 0) as Tensor1D);
    this.#patchEmbedding = this.parameter(
      'patch_embedding.weight',
      initializer([hiddenSize, 3, patchSize, patchSize], 0) as Tensor4D,
    );
    this.#positionEmbedding = this.parameter(
      'position_embedding.weight',
      initializer([positions, hiddenSize], 0) as Tensor2D,
    );
  }

  /**
   * @param pixelValues - `[B, S, S, 3]` float32
   * @returns `[B, 1 + P, D]` float32; new tensor, the caller disposes it
   */
  call(pixelValues: Tensor4D): Tensor3D {
    return this.run(() => {
      const patches = embedPatches(pixelValues, this.#patchEmbedding); // [B, P, D]
      const [batch, , hiddenSize] = patches.shape;
      const classToken = add(fill([batch, 1, hiddenSize], 0), this.#classEmbedding); // [B, 1, D]
      const [positions] = this.#positionEmbedding.shape;
      return add(
        concat([classToken as Tensor3D, patches], 1),
        reshape(this.#positionEmbedding, [1, positions, hiddenSize]),
      );
    });
  }
}
