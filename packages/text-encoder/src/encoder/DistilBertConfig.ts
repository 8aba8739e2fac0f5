import { type BertFamilyConfig } from './BertFamilyConfig.js';

/**
 * Sizes of a DistilBERT encoder; defaults are {@link defaultDistilBertConfig}. The fields have the names of BERT's: `hiddenSize` is `dim` in
 * `config.json`, `numHiddenLayers` `n_layers`, `numAttentionHeads` `n_heads`, `intermediateSize` `hidden_dim`, `hiddenAct` `activation`,
 * `hiddenDropoutProb` `dropout` and `attentionProbsDropoutProb` `attention_dropout`.
 */
export type DistilBertConfig = Omit<BertFamilyConfig, 'typeVocabSize' | 'layerNormEps'>;

/** The `config.json` of distilbert-base-uncased. */
export const defaultDistilBertConfig: DistilBertConfig = {
  vocabSize: 30_522,
  hiddenSize: 768,
  numHiddenLayers: 6,
  numAttentionHeads: 12,
  intermediateSize: 3072,
  hiddenAct: 'gelu',
  hiddenDropoutProb: 0.1,
  attentionProbsDropoutProb: 0.1,
  maxPositionEmbeddings: 512,
  initializerRange: 0.02,
  padTokenId: 0,
};
