import { type CallContext, Dropout, Embedding, type Initializer, LayerNorm, Module } from '@crossmodal/layers';
import { add, range, type Tensor, type Tensor2D, type Tensor3D, zeros } from '@tensorflow/tfjs-core';
import { type BertFamilyConfig } from './BertFamilyConfig.js';

/** What the embeddings read. */
export interface BertEmbeddingsInputs {
  /** `[B, T]` int32. */
  readonly inputIds: Tensor2D;
  /** `[B, T]` int32; default 0, 1, 2, ... in every text. */
  readonly positionIds?: Tensor2D | undefined;
  /** `[B, T]` int32; default all 0. */
  readonly tokenTypeIds?: Tensor2D | undefined;
}

/**
 * Words, positions and, where there are any, token types: summed and normalized, with the parameter paths of Hugging Face's `BertEmbeddings`.
 *
 * Figure 2 of Devlin et al. 2018, https://arxiv.org/abs/1810.04805
 */
export class BertEmbeddings extends Module {
  readonly #words: Embedding;
  readonly #positions: Embedding;
  readonly #tokenTypes: Embedding | undefined;
  readonly #norm: LayerNorm;
  readonly #dropout: Dropout;

  /**
   * @param config - checked by the caller
   * @param initializer - first values of the tables
   */
  constructor(config: BertFamilyConfig, initializer: Initializer) {
    super();
    const { hiddenSize, vocabSize, maxPositionEmbeddings, typeVocabSize, layerNormEps = 1e-12 } = config;
    const table = (path: string, entries: number): Embedding =>
      this.child(path, new Embedding(entries, hiddenSize, { initializer }));
    this.#words = table('word_embeddings', vocabSize);
    this.#positions = table('position_embeddings', maxPositionEmbeddings);
    this.#tokenTypes = typeVocabSize === undefined ? undefined : table('token_type_embeddings', typeVocabSize);
    this.#norm = this.child('LayerNorm', new LayerNorm(hiddenSize, layerNormEps));
    this.#dropout = this.child('dropout', new Dropout(config.hiddenDropoutProb, 'embeddings.dropout'));
  }

  /**
   * @param inputs - ids
   * @param context - the step's seed
   * @returns `[B, T, D]` float32; new tensor, the caller disposes it
   */
  call({ inputIds, positionIds, tokenTypeIds }: BertEmbeddingsInputs, context: CallContext): Tensor3D {
    return this.run(() => {
      const [batch, length] = inputIds.shape;
      const words = this.#words.call(inputIds); // [B, T, D]
      const types: Tensor = tokenTypeIds ?? zeros([batch, length], 'int32');
      const typed = this.#tokenTypes ? add(words, this.#tokenTypes.call(types)) : words;
      const positions = this.#positions.call(positionIds ?? range(0, length, 1, 'int32')); // [B, T, D] or [T, D]
      // Normalization and dropout keep the rank, which their declared types cannot say.
      return this.#dropout.call(this.#norm.call(add(typed, positions)), context) as Tensor3D;
    });
  }
}
