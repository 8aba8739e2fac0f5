import { type ActivationName } from '@crossmodal/layers';

/** What the configurations of BERT's family have in common: `config.json` in camelCase. Defaults differ: see each of them. */
export interface BertFamilyConfig {
  /** Rows of the word embeddings; at least the tokenizer's `vocabularySize`. */
  readonly vocabSize: number;
  /** Size of the stream. */
  readonly hiddenSize: number;
  /** Number of blocks. */
  readonly numHiddenLayers: number;
  /** Divides `hiddenSize`. */
  readonly numAttentionHeads: number;
  /** Size inside the feed-forward parts. */
  readonly intermediateSize: number;
  /** Activation of the feed-forward parts; default 'gelu', the exact one. */
  readonly hiddenAct: ActivationName;
  /** Dropout of the embeddings and of what is added to the stream, in training mode, in [0, 1); default 0.1. */
  readonly hiddenDropoutProb: number;
  /** Dropout of the attention weights in training mode, in [0, 1); default 0.1. */
  readonly attentionProbsDropoutProb: number;
  /** Rows of the position embeddings; default 512. */
  readonly maxPositionEmbeddings: number;
  /** Number of different `tokenTypeIds`; absent where there are no token types. */
  readonly typeVocabSize?: number | undefined;
  /** Standard deviation of new weights; default 0.02. */
  readonly initializerRange: number;
  /** Added to the variance in layer normalization; default 1e-12. */
  readonly layerNormEps?: number | undefined;
  /** Id of the padding token, whose word embedding starts as zeros. */
  readonly padTokenId: number;
}
