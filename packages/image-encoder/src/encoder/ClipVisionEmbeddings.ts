import { type Initializer, Module } from '@crossmodal/layers';
import {
  type Rank,
  type Tensor1D,
  type Tensor2D,
  type Tensor3D,
  type Tensor4D,
  type Variable,
} from '@tensorflow/tfjs-core';
import { type ClipVisionConfig } from './ClipVisionConfig.js';
import { embedPictures } from './embedPictures.js';

/** {@link embedPictures} with the parameter paths of Hugging Face's `CLIPVisionEmbeddings`. */
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
   * @param pixelValues - `[B, height, width, 3]` float32
   * @returns `[B, 1 + P, D]` float32; new tensor, the caller disposes it
   */
  call(pixelValues: Tensor4D): Tensor3D {
    return this.run(() =>
      embedPictures(pixelValues, {
        patchWeight: this.#patchEmbedding,
        classToken: this.#classEmbedding,
        positions: this.#positionEmbedding,
      }),
    );
  }
}
