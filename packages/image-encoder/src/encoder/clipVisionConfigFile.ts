import { type ConfigTable, formatConfig, readConfigFields } from '@crossmodal/weights';
import { assertVisionConfig } from './assertVisionConfig.js';
import { type ClipVisionConfig, defaultClipVisionConfig } from './ClipVisionConfig.js';

const table: ConfigTable<ClipVisionConfig> = {
  names: {
    attentionDropout: 'attention_dropout',
    hiddenAct: 'hidden_act',
    hiddenSize: 'hidden_size',
    imageSize: 'image_size',
    initializerFactor: 'initializer_factor',
    initializerRange: 'initializer_range',
    intermediateSize: 'intermediate_size',
    layerNormEps: 'layer_norm_eps',
    numAttentionHeads: 'num_attention_heads',
    numChannels: 'num_channels',
    numHiddenLayers: 'num_hidden_layers',
    patchSize: 'patch_size',
    projectionDim: 'projection_dim',
  },
  defaults: defaultClipVisionConfig,
};

/** Fields that Python holds as fractions. */
const fractions = ['attention_dropout', 'initializer_factor', 'initializer_range', 'layer_norm_eps'];

/**
 * Reads and checks the content of a `config.json`: of a vision encoder (`model_type` "clip_vision_model") or of a whole CLIP model ("clip"),
 * whose `vision_config` counts. Missing fields take their defaults.
 *
 * @throws TypeError when the content or a field has the wrong type
 * @throws RangeError when it is the configuration of another kind of model, or a value is out of range
 */
export function parseClipVisionConfig(content: unknown, where: string): ClipVisionConfig {
  const config = readConfigFields(isRecord(content) ? visionFields(content, where) : content, table, where);
  assertVisionConfig(config, where);
  return config;
}

/** Whether the content of a `config.json` is that of both towers, of which the vision encoder is always one with a projection. */
export function isWholeClip(content: unknown): boolean {
  return isRecord(content) && content.model_type === 'clip';
}

/** The text of a `config.json` that Python's `CLIPVisionModelWithProjection` opens, or without a projection `CLIPVisionModel`. */
export function formatClipVisionConfig(config: ClipVisionConfig, { hasProjection = true } = {}): string {
  const content = {
    architectures: [hasProjection ? 'CLIPVisionModelWithProjection' : 'CLIPVisionModel'],
    ...Object.fromEntries(
      // The keys of the table are exactly the fields.
      Object.entries(table.names).map(([field, fileName]) => [fileName, config[field as keyof ClipVisionConfig]]),
    ),
    model_type: 'clip_vision_model',
    torch_dtype: 'float32',
  };
  return formatConfig(content, fractions);
}

function visionFields(content: Record<string, unknown>, where: string): Record<string, unknown> {
  const { model_type: type, vision_config: vision, vision_config_dict: older, projection_dim: projection } = content;
  if (type === 'clip_vision_model') return content;
  if (type !== 'clip') {
    throw new RangeError(`${where}: model_type must be "clip" or "clip_vision_model", got ${shorten(type)}.`);
  }
  // The first published files repeat the fields, and Python lets the repetition win, with the defaults of what it leaves out.
  const fields = older ?? vision ?? {};
  if (!isRecord(fields)) throw new TypeError(`${where}: vision_config must be a JSON object, got ${shorten(fields)}.`);
  // The projection belongs to the whole model, with a default of its own.
  return { ...fields, projection_dim: projection };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shorten(value: unknown): string {
  // The declared type forgets that undefined stays undefined.
  return ((JSON.stringify(value) as string | undefined) ?? 'undefined').slice(0, 80);
}
