/** Small files that say what a model is. */
const descriptions = new Set([
  'config.json',
  'preprocessor_config.json',
  'processor_config.json',
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'added_tokens.json',
  'vocab.txt',
  'vocab.json',
  'merges.txt',
]);

/** Weights in the order in which they are preferred: one file, or an index and its shards. */
const weights = [
  { whole: 'model.safetensors', index: 'model.safetensors.index.json', shard: /^model-\d{5}-of-\d{5}\.safetensors$/ },
  { whole: 'pytorch_model.bin', index: 'pytorch_model.bin.index.json', shard: /^pytorch_model-\d{5}-of-\d{5}\.bin$/ },
] as const;

/**
 * The files of a repository that this library reads: configuration, tokenizer, preprocessing, and the weights in one format. Everything else
 * (ONNX, TensorFlow, Flax, training state, pictures) stays where it is.
 *
 * @param available - names of all files
 */
export function selectModelFiles(available: readonly string[]): string[] {
  return [...selectDescriptions(available), ...selectWeights(available)];
}

/** The same without the weights. */
export function selectDescriptions(available: readonly string[]): string[] {
  return available.filter((name) => descriptions.has(name));
}

function selectWeights(available: readonly string[]): string[] {
  for (const { whole, index, shard } of weights) {
    if (available.includes(whole)) return [whole];
    if (available.includes(index)) return [index, ...available.filter((name) => shard.test(name))];
  }
  return [];
}

/**
 * Whether files are enough to load a model: its configuration, and weights in one of the formats, all shards of them.
 *
 * @param available - names of the files that are there
 */
export function isWholeModel(available: readonly string[]): boolean {
  const chosen = selectWeights(available);
  const shards = chosen.filter((name) => /-\d{5}-of-\d{5}\./.test(name));
  const promised = Number(/-of-(\d{5})\./.exec(shards[0] ?? '')?.[1] ?? 0);
  const isComplete = chosen.length === 1 ? !chosen[0]?.endsWith('.index.json') : shards.length === promised;
  return available.includes('config.json') && chosen.length > 0 && isComplete;
}
