import { type BertFamilyConfig } from './BertFamilyConfig.js';

/** Sizes of a BERT encoder; defaults are {@link defaultBertConfig}. */
export interface BertConfig extends BertFamilyConfig {
  /** Number of different `tokenTypeIds`; default 2. */
  readonly typeVocabSize: number;
  /** Added to the variance in layer normalization; default 1e-12. */
  readonly layerNormEps: number;
}

/** The `config.json` of bert-base-uncased. */
export const defaultBertConfig: BertConfig = {
  vocabSize: 30_522,
  hiddenSize: 768,
  numHiddenLayers: 12,
  numAttentionHeads: 12,
  intermediateSize: 3072,
  hiddenAct: 'gelu',
  hiddenDropoutProb: 0.1,
  attentionProbsDropoutProb: 0.1,
  maxPositionEmbeddings: 512,
  typeVocabSize: 2,
  initializerRange: 0.02,
  layerNormEps: 1e-12,
  padTokenId: 0,
};
