import { formatConfig } from '@crossmodal/weights';
import { type BertConfig, defaultBertConfig } from './BertConfig.js';

/** Name of the file in a Hugging Face folder. */
export const CONFIG_FILE = 'config.json';

/** Our field -> the file's. */
const fileNames: Readonly<Record<keyof BertConfig, string>> = {
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
};

/** Variants that compute something else; absent fields mean these values. */
const requiredValues: Readonly<Record<string, unknown>> = {
  position_embedding_type: 'absolute',
  is_decoder: false,
  add_cross_attention: false,
};

/**
 * Reads the content of a `config.json` of a BERT model, with whatever head. Missing fields take their defaults.
 *
 * @throws TypeError when the content or a field has the wrong type
 * @throws RangeError when it is the configuration of another kind of model
 */
export function parseBertConfig(content: unknown, where: string): BertConfig {
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    throw new TypeError(`${where} must be a JSON object, got ${shorten(content)}.`);
  }
  const fields = content as Record<string, unknown>;
  if (fields.model_type !== 'bert') {
    throw new RangeError(`${where}: model_type must be "bert", got ${shorten(fields.model_type)}.`);
  }
  for (const [name, required] of Object.entries(requiredValues)) {
    const value = fields[name] ?? required;
    if (value !== required) {
      throw new RangeError(`${where}: ${name} must be ${shorten(required)}, got ${shorten(value)}.`);
    }
  }
  const read = Object.entries(fileNames).map(([field, fileName]): [string, unknown] => {
    // The keys of the table are exactly the fields.
    const fallback = defaultBertConfig[field as keyof BertConfig];
    const value = fields[fileName] ?? fallback;
    if (typeof value !== typeof fallback) {
      throw new TypeError(`${where}: ${fileName} must be a ${typeof fallback}, got ${shorten(value)}.`);
    }
    return [field, value];
  });
  // Every field is there with the type of its default; ranges are checked where the configuration is used.
  return Object.fromEntries(read) as unknown as BertConfig;
}

/** Fields that Python holds as fractions. */
const fractions = ['attention_probs_dropout_prob', 'hidden_dropout_prob', 'initializer_range', 'layer_norm_eps'];

/** The text of a `config.json` that Python's `BertModel` opens. */
export function formatBertConfig(config: BertConfig): string {
  const content = {
    architectures: ['BertModel'],
    ...Object.fromEntries(
      // The keys of the table are exactly the fields.
      Object.entries(fileNames).map(([field, fileName]) => [fileName, config[field as keyof BertConfig]]),
    ),
    model_type: 'bert',
    position_embedding_type: 'absolute',
    torch_dtype: 'float32',
  };
  return formatConfig(content, fractions);
}

function shorten(value: unknown): string {
  // The declared type forgets that undefined stays undefined.
  return ((JSON.stringify(value) as string | undefined) ?? 'undefined').slice(0, 80);
}
