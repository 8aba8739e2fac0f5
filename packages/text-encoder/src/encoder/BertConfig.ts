import { type ActivationName, activationNames } from '@crossmodal/layers';

/** Sizes of a BERT encoder: `config.json` in camelCase. Defaults equal bert-base-uncased's. */
export interface BertConfig {
  /** Rows of the word embeddings; at least the tokenizer's `vocabularySize`; default 30,522. */
  readonly vocabSize: number;
  /** Size of the stream; default 768. */
  readonly hiddenSize: number;
  /** Default 12. */
  readonly numHiddenLayers: number;
  /** Divides `hiddenSize`; default 12. */
  readonly numAttentionHeads: number;
  /** Size inside the feed-forward parts; default 3072. */
  readonly intermediateSize: number;
  /** Activation of the feed-forward parts; default 'gelu', the exact one. */
  readonly hiddenAct: ActivationName;
  /** Dropout of the embeddings and of what each half of a layer adds, in training mode, in [0, 1); default 0.1. */
  readonly hiddenDropoutProb: number;
  /** Dropout of the attention weights in training mode, in [0, 1); default 0.1. */
  readonly attentionProbsDropoutProb: number;
  /** Longest text in tokens; default 512. */
  readonly maxPositionEmbeddings: number;
  /** Number of different `tokenTypeIds`; default 2. */
  readonly typeVocabSize: number;
  /** Standard deviation of new weights; default 0.02. */
  readonly initializerRange: number;
  /** Added to the variance in layer normalization; default 1e-12. */
  readonly layerNormEps: number;
  /** Id whose word embedding starts as zeros; default 0. */
  readonly padTokenId: number;
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

const positiveIntegers = [
  'vocabSize',
  'hiddenSize',
  'numHiddenLayers',
  'numAttentionHeads',
  'intermediateSize',
  'maxPositionEmbeddings',
  'typeVocabSize',
] as const;

/** Far above any published model, so that a damaged file cannot ask for endless work. */
const mostLayers = 1000;

/**
 * Checks a configuration.
 *
 * @throws RangeError when a field is out of range or two do not fit each other
 */
export function assertBertConfig(config: BertConfig, where: string): void {
  const refuse = (field: keyof BertConfig, expected: string): never => {
    throw new RangeError(`${where}: ${field} must be ${expected}, got ${String(config[field]).slice(0, 80)}.`);
  };
  for (const field of positiveIntegers) {
    if (!Number.isSafeInteger(config[field]) || config[field] < 1) refuse(field, 'a positive integer');
  }
  if (config.numHiddenLayers > mostLayers) refuse('numHiddenLayers', `at most ${mostLayers}`);
  if (config.hiddenSize % config.numAttentionHeads !== 0) {
    refuse('numAttentionHeads', `a divisor of hiddenSize ${config.hiddenSize}`);
  }
  if (!activationNames.includes(config.hiddenAct)) refuse('hiddenAct', `one of ${activationNames.join(', ')}`);
  for (const field of ['hiddenDropoutProb', 'attentionProbsDropoutProb'] as const) {
    if (!(config[field] >= 0 && config[field] < 1)) refuse(field, 'in [0, 1)');
  }
  for (const field of ['initializerRange', 'layerNormEps'] as const) {
    if (!(config[field] > 0 && Number.isFinite(config[field]))) refuse(field, 'above 0 and finite');
  }
  if (!Number.isSafeInteger(config.padTokenId) || config.padTokenId < 0 || config.padTokenId >= config.vocabSize) {
    refuse('padTokenId', `an id below vocabSize ${config.vocabSize}`);
  }
}
