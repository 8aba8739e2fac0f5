import { type ConfigTable, formatConfig, readConfigFields } from '@crossmodal/weights';
import { assertVisionConfig } from './assertVisionConfig.js';
import { defaultVitConfig, type VitConfig } from './VitConfig.js';

const table: ConfigTable<VitConfig> = {
  names: {
    attentionProbsDropoutProb: 'attention_probs_dropout_prob',
    hiddenAct: 'hidden_act',
    hiddenDropoutProb: 'hidden_dropout_prob',
    hiddenSize: 'hidden_size',
    imageSize: 'image_size',
    initializerRange: 'initializer_range',
    intermediateSize: 'intermediate_size',
    layerNormEps: 'layer_norm_eps',
    numAttentionHeads: 'num_attention_heads',
    numChannels: 'num_channels',
    numHiddenLayers: 'num_hidden_layers',
    patchSize: 'patch_size',
    qkvBias: 'qkv_bias',
  },
  defaults: defaultVitConfig,
};

/** Fields that Python holds as fractions. */
const fractions = ['attention_probs_dropout_prob', 'hidden_dropout_prob', 'initializer_range', 'layer_norm_eps'];

/**
 * Reads and checks the content of a `config.json` of a ViT model, with whatever head. Missing fields take their defaults.
 *
 * @throws TypeError when the content or a field has the wrong type
 * @throws RangeError when it is the configuration of another kind of model, or a value is out of range
 */
export function parseVitConfig(content: unknown, where: string): VitConfig {
  const config = readConfigFields(content, table, where);
  // Checked to be an object just now.
  const fields = content as Record<string, unknown>;
  const required: readonly (readonly [name: string, value: unknown])[] = [
    ['model_type', 'vit'],
    ['pooler_act', 'tanh'],
    ['pooler_output_size', config.hiddenSize],
  ];
  for (const [name, value] of required) {
    // Only the pooler's fields have defaults.
    const found = fields[name] ?? (name === 'model_type' ? undefined : value);
    if (found !== value) {
      const [expected, received] = [value, found].map((side) => JSON.stringify(side) as string | undefined);
      throw new RangeError(`${where}: ${name} must be ${expected}, got ${String(received).slice(0, 80)}.`);
    }
  }
  assertVisionConfig(config, where);
  return config;
}

/** As many as anybody has published, and far more. */
const mostLabels = 1_000_000;

/**
 * Reads the labels of a classifier from the content of a `config.json`; without any there are two, "LABEL_0" and "LABEL_1", as in Python.
 *
 * @throws TypeError when `id2label` does not give each id from 0 on a string
 */
export function parseLabels(content: unknown, where: string): readonly string[] {
  // parseVitConfig has checked that it is an object.
  const { id2label, num_labels: count } = content as Record<string, unknown>;
  const absent = typeof count === 'number' && count > 0 && count <= mostLabels ? Math.floor(count) : 2;
  const table: unknown = id2label ?? Array.from({ length: absent }, (_, id) => `LABEL_${id}`);
  if (typeof table !== 'object' || table === null) {
    throw new TypeError(`${where}: id2label must be a JSON object, got a ${typeof table}.`);
  }
  const labels = new Map(Object.entries<unknown>({ ...table }));
  return Array.from({ length: labels.size }, (_, id) => {
    const label = labels.get(String(id));
    if (typeof label !== 'string') {
      throw new TypeError(`${where}: id2label must give each id from 0 on a string, got ${typeof label} for ${id}.`);
    }
    return label;
  });
}

/**
 * The text of a `config.json` that Python opens.
 *
 * @param architecture - Python's class
 * @param extra - further fields, such as labels
 */
export function formatVitConfig(
  config: VitConfig,
  architecture: string,
  extra: Readonly<Record<string, unknown>> = {},
): string {
  const content = {
    architectures: [architecture],
    ...Object.fromEntries(
      // The keys of the table are exactly the fields.
      Object.entries(table.names).map(([field, fileName]) => [fileName, config[field as keyof VitConfig]]),
    ),
    ...extra,
    model_type: 'vit',
    torch_dtype: 'float32',
  };
  return formatConfig(content, fractions);
}
