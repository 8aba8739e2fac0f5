import { Embedding, type Initializer, Module } from '@crossmodal/layers';
import { add, range, type Tensor2D, type Tensor3D } from '@tensorflow/tfjs-core';
import { type ClipTextConfig } from './ClipTextConfig.js';

/** Words and positions, summed, with the parameter paths of Hugging Face's `CLIPTextEmbeddings`. */
export class ClipTextEmbeddings extends Module {
  readonly #words: Embedding;
  readonly #positions: Embedding;

  /**
   * @param config - checked by the caller
   * @param initializer - first values of both tables
   */
  constructor({ vocabSize, maxPositionEmbeddings, hiddenSize }: ClipTextConfig, initializer: Initializer) {
    super();
    this.#words = this.child('token_embedding', new Embedding(vocabSize, hiddenSize, { initializer }));
    this.#positions = this.child(
      'position_embedding',
      new Embedding(maxPositionEmbeddings, hiddenSize, { initializer }),
    );
  }

  /**
   * @param inputIds - `[B, T]` int32
   * @returns `[B, T, D]` float32; new tensor, the caller disposes it
   */
  call(inputIds: Tensor2D): Tensor3D {
    return this.run(() => {
      const positions = this.#positions.call(range(0, inputIds.shape[1], 1, 'int32')); // [T, D]
      return add<Tensor3D>(this.#words.call(inputIds), positions);
    });
  }
}
