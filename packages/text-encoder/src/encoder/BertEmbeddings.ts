import { type CallContext, Dropout, Embedding, type Initializer, LayerNorm, Module } from '@crossmodal/layers';
import { add, range, type Tensor, type Tensor2D, type Tensor3D, zeros } from '@tensorflow/tfjs-core';
import { type BertConfig } from './BertConfig.js';

/**
 * Words, positions and token types, summed and normalized, with the parameter paths of Hugging Face's `BertEmbeddings`.
 *
 * Figure 2 of Devlin et al. 2018, https://arxiv.org/abs/1810.04805
 */
export class BertEmbeddings extends Module {
  readonly #words: Embedding;
  readonly #positions: Embedding;
  readonly #tokenTypes: Embedding;
  readonly #norm: LayerNorm;
  readonly #dropout: Dropout;

  /**
   * @param config - checked by the caller
   * @param initializer - first values of the three tables
   */
  constructor(config: BertConfig, initializer: Initializer) {
    super();
    const { hiddenSize, vocabSize, maxPositionEmbeddings, typeVocabSize, layerNormEps } = config;
    const table = (path: string, entries: number): Embedding =>
      this.child(path, new Embedding(entries, hiddenSize, { initializer }));
    this.#words = table('word_embeddings', vocabSize);
    this.#positions = table('position_embeddings', maxPositionEmbeddings);
    this.#tokenTypes = table('token_type_embeddings', typeVocabSize);
    this.#norm = this.child('LayerNorm', new LayerNorm(hiddenSize, layerNormEps));
    this.#dropout = this.child('dropout', new Dropout(config.hiddenDropoutProb, 'embeddings.dropout'));
  }

  /**
   * @param inputIds - `[B, T]` int32
   * @param tokenTypeIds - `[B, T]` int32; default all 0
   * @param context - the step's seed
   * @returns `[B, T, D]` float32; new tensor, the caller disposes it
   */
  call(inputIds: Tensor2D, tokenTypeIds: Tensor2D | undefined, context: CallContext): Tensor3D {
    return this.run(() => {
      const [batch, length] = inputIds.shape;
      const words = this.#words.call(inputIds); // [B, T, D]
      const positions = this.#positions.call(range(0, length, 1, 'int32')); // [T, D]
      const types: Tensor = tokenTypeIds ?? zeros([batch, length], 'int32');
      const sum = add(add(words, this.#tokenTypes.call(types)), positions);
      // Normalization and dropout keep the rank, which their declared types cannot say.
      return this.#dropout.call(this.#norm.call(sum), context) as Tensor3D;
    });
  }
}
