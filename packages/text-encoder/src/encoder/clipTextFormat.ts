import { type ClipTextConfig, defaultClipTextConfig } from './ClipTextConfig.js';
import { type TextConfigFormat } from './TextConfigFormat.js';

/** The `config.json` of CLIP's text tower. */
export const clipTextFormat: TextConfigFormat<ClipTextConfig> = {
  modelTypes: ['clip_text_model', 'clip'],
  names: {
    attentionDropout: 'attention_dropout',
    eosTokenId: 'eos_token_id',
    hiddenAct: 'hidden_act',
    hiddenSize: 'hidden_size',
    initializerFactor: 'initializer_factor',
    intermediateSize: 'intermediate_size',
    layerNormEps: 'layer_norm_eps',
    maxPositionEmbeddings: 'max_position_embeddings',
    numAttentionHeads: 'num_attention_heads',
    numHiddenLayers: 'num_hidden_layers',
    projectionDim: 'projection_dim',
    vocabSize: 'vocab_size',
  },
  defaults: defaultClipTextConfig,
  fractions: ['attentionDropout', 'initializerFactor', 'layerNormEps'],
};

/**
 * What the content of a `config.json` says about the text tower: all of it, or the `text_config` of a whole CLIP model ("clip").
 *
 * @throws TypeError when `text_config` is no object
 */
export function textTowerFields(content: unknown, where: string): unknown {
  if (!isRecord(content) || content.model_type !== 'clip') return content;
  // The first published files repeat the fields, and Python lets the repetition win, with the defaults of what it leaves out.
  const fields: unknown = content.text_config_dict ?? content.text_config ?? {};
  if (!isRecord(fields)) throw new TypeError(`${where}: text_config must be a JSON object, got a ${typeof fields}.`);
  // The projection belongs to the whole model, with a default of its own.
  return { ...fields, model_type: 'clip', projection_dim: content.projection_dim };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
