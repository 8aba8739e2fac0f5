import { defaultDistilBertConfig, type DistilBertConfig } from './DistilBertConfig.js';
import { type TextConfigFormat } from './TextConfigFormat.js';

/** The `config.json` of DistilBERT. `sinusoidal_pos_embds` is about first values, so that nothing here depends on it. */
export const distilBertFormat: TextConfigFormat<DistilBertConfig> = {
  modelTypes: ['distilbert'],
  names: {
    attentionProbsDropoutProb: 'attention_dropout',
    hiddenAct: 'activation',
    hiddenDropoutProb: 'dropout',
    hiddenSize: 'dim',
    initializerRange: 'initializer_range',
    intermediateSize: 'hidden_dim',
    maxPositionEmbeddings: 'max_position_embeddings',
    numAttentionHeads: 'n_heads',
    numHiddenLayers: 'n_layers',
    padTokenId: 'pad_token_id',
    vocabSize: 'vocab_size',
  },
  aliases: { dim: 'hidden_size', n_heads: 'num_attention_heads', n_layers: 'num_hidden_layers' },
  defaults: defaultDistilBertConfig,
  fractions: ['attentionProbsDropoutProb', 'hiddenDropoutProb', 'initializerRange'],
};
