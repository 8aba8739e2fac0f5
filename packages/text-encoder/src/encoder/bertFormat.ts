import { type BertConfig, defaultBertConfig } from './BertConfig.js';
import { type TextConfigFormat } from './TextConfigFormat.js';

/** The `config.json` of BERT. */
export const bertFormat: TextConfigFormat<BertConfig> = {
  modelTypes: ['bert'],
  names: {
    attentionProbsDropoutProb: 'attention_probs_dropout_prob',
    hiddenAct: 'hidden_act',
    hiddenDropoutProb: 'hidden_dropout_prob',
    hiddenSize: 'hidden_size',
    initializerRange: 'initializer_range',
    intermediateSize: 'intermediate_size',
    layerNormEps: 'layer_norm_eps',
    maxPositionEmbeddings: 'max_position_embeddings',
    numAttentionHeads: 'num_attention_heads',
    numHiddenLayers: 'num_hidden_layers',
    padTokenId: 'pad_token_id',
    typeVocabSize: 'type_vocab_size',
    vocabSize: 'vocab_size',
  },
  defaults: defaultBertConfig,
  required: { position_embedding_type: 'absolute', is_decoder: false, add_cross_attention: false },
  fractions: ['attentionProbsDropoutProb', 'hiddenDropoutProb', 'initializerRange', 'layerNormEps'],
};
