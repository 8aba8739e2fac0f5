import { type ActivationName } from '@crossmodal/layers';

/** Sizes of a CLIP text encoder: `config.json` in camelCase. Defaults are those of Python's `CLIPTextConfig`. */
export interface ClipTextConfig {
  /** Rows of the word embeddings; at least the tokenizer's `vocabularySize`; default 49,408. */
  readonly vocabSize: number;
  /** Size of the stream; default 512. */
  readonly hiddenSize: number;
  /** Size inside the feed-forward parts; default 2048. */
  readonly intermediateSize: number;
  /** Size of `textEmbeds`; default 512. */
  readonly projectionDim: number;
  /** Default 12. */
  readonly numHiddenLayers: number;
  /** Divides `hiddenSize`; default 8. */
  readonly numAttentionHeads: number;
  /** Longest text in tokens; default 77. */
  readonly maxPositionEmbeddings: number;
  /** Activation of the feed-forward parts; default 'quick_gelu'. */
  readonly hiddenAct: ActivationName;
  /** Added to the variance in layer normalization; default 1e-5. */
  readonly layerNormEps: number;
  /** Dropout of the attention weights in training mode, in [0, 1); default 0. */
  readonly attentionDropout: number;
  /** Scales all new weights; default 1. */
  readonly initializerFactor: number;
  /**
   * Id of the token that ends a text; default 49,407. The first published files say 2, which is wrong; there, as in Python, the token with the
   * highest id ends the text.
   */
  readonly eosTokenId: number;
}

/** The `text_config` of openai/clip-vit-base-patch32, with the id that really ends its texts. */
export const defaultClipTextConfig: ClipTextConfig = {
  vocabSize: 49_408,
  hiddenSize: 512,
  intermediateSize: 2048,
  projectionDim: 512,
  numHiddenLayers: 12,
  numAttentionHeads: 8,
  maxPositionEmbeddings: 77,
  hiddenAct: 'quick_gelu',
  layerNormEps: 1e-5,
  attentionDropout: 0,
  initializerFactor: 1,
  eosTokenId: 49_407,
};
