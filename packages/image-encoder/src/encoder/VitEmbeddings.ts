import { type CallContext, Dropout, type Initializer, Module } from '@crossmodal/layers';
import { type Rank, reshape, type Tensor1D, type Tensor3D, type Tensor4D, type Variable } from '@tensorflow/tfjs-core';
import { embedPictures } from './embedPictures.js';
import { type VitConfig } from './VitConfig.js';

/** {@link embedPictures} and dropout, with the parameter paths of Hugging Face's `ViTEmbeddings`. */
export class VitEmbeddings extends Module {
  readonly #classToken: Variable<Rank.R3>;
  readonly #patchWeight: Variable<Rank.R4>;
  readonly #patchBias: Variable<Rank.R1>;
  readonly #positions: Variable<Rank.R3>;
  readonly #dropout: Dropout;

  /**
   * @param config - checked by the caller
   * @param initializer - first values of all four
   */
  constructor({ hiddenSize, imageSize, patchSize, hiddenDropoutProb }: VitConfig, initializer: Initializer) {
    super();
    const positions = Math.floor(imageSize / patchSize) ** 2 + 1;
    // Initializers keep the rank of the shape, which their declared type cannot say.
    this.#classToken = this.parameter('cls_token', initializer([1, 1, hiddenSize], 0) as Tensor3D);
    this.#patchWeight = this.parameter(
      'patch_embeddings.projection.weight',
      initializer([hiddenSize, 3, patchSize, patchSize], 0) as Tensor4D,
    );
    this.#patchBias = this.parameter('patch_embeddings.projection.bias', initializer([hiddenSize], 0) as Tensor1D);
    this.#positions = this.parameter('position_embeddings', initializer([1, positions, hiddenSize], 0) as Tensor3D);
    this.#dropout = this.child('dropout', new Dropout(hiddenDropoutProb, 'embeddings.dropout'));
  }

  /**
   * @param pixelValues - `[B, height, width, 3]` float32
   * @param context - the step's seed, needed in training mode when `hiddenDropoutProb` is above 0
   * @returns `[B, 1 + P, D]` float32; new tensor, the caller disposes it
   */
  call(pixelValues: Tensor4D, context: CallContext = {}): Tensor3D {
    const [, length, hiddenSize] = this.#positions.shape;
    return this.run(() => {
      const embedded = embedPictures(pixelValues, {
        patchWeight: this.#patchWeight,
        patchBias: this.#patchBias,
        classToken: reshape(this.#classToken, [hiddenSize]),
        positions: reshape(this.#positions, [length, hiddenSize]),
      });
      // Dropout keeps the rank, which its declared type cannot say.
      return this.#dropout.call(embedded, context) as Tensor3D;
    });
  }
}
