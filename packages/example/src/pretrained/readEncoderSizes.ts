/** What a `config.json` says about an encoder's size; fields that it leaves to their defaults are absent. */
export interface EncoderSizes {
  readonly layers?: number | undefined;
  readonly width?: number | undefined;
  readonly heads?: number | undefined;
  readonly vocabulary?: number | undefined;
  readonly positions?: number | undefined;
  readonly imageSize?: number | undefined;
  readonly patchSize?: number | undefined;
}

/** Names of the fields in Hugging Face's files. */
const NAMES = {
  layers: ['num_hidden_layers', 'n_layers'],
  width: ['hidden_size', 'dim'],
  heads: ['num_attention_heads', 'n_heads'],
  vocabulary: ['vocab_size'],
  positions: ['max_position_embeddings'],
  imageSize: ['image_size'],
  patchSize: ['patch_size'],
} as const satisfies Record<keyof EncoderSizes, readonly string[]>;

/**
 * Reads the sizes of one side of a model, for people to see: nothing is checked.
 *
 * @param config - content of `config.json`
 */
export function readEncoderSizes(config: unknown, side: 'text' | 'image'): EncoderSizes {
  const own = recordOf(recordOf(config)[side === 'text' ? 'text_config' : 'vision_config'] ?? config);
  const numberAt = (names: readonly string[]): number | undefined =>
    names.map((name) => own[name]).find((value) => typeof value === 'number');
  return Object.fromEntries(Object.entries(NAMES).map(([name, names]) => [name, numberAt(names)]));
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  // The content of a JSON object.
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
