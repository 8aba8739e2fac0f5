import { activationNames } from '@crossmodal/layers';

/** The fields that are checked against each other. */
export interface TextSizes {
  readonly vocabSize: number;
  readonly hiddenSize: number;
  readonly numAttentionHeads: number;
  readonly maxPositionEmbeddings: number;
  readonly padTokenId?: number | undefined;
}

/** What is asked of a field: in words, and of its value. */
type Rule = readonly [expected: string, holds: (value: unknown) => boolean];

/** Far above any published model, so that a damaged file cannot ask for endless work. */
const mostLayers = 1000;

const isPositiveInteger = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) > 0;
const positiveInteger: Rule = ['a positive integer', isPositiveInteger];
const probability: Rule = ['in [0, 1)', (value) => typeof value === 'number' && value >= 0 && value < 1];
const aboveZero: Rule = ['above 0 and finite', (value) => Number.isFinite(value) && Number(value) > 0];
const id: Rule = ['an id', (value) => Number.isSafeInteger(value) && Number(value) >= 0];

const rules: readonly (readonly [field: string, rule: Rule])[] = [
  ['vocabSize', positiveInteger],
  ['hiddenSize', positiveInteger],
  ['numHiddenLayers', positiveInteger],
  ['numHiddenLayers', [`at most ${mostLayers}`, (value) => Number(value) <= mostLayers]],
  ['numAttentionHeads', positiveInteger],
  ['intermediateSize', positiveInteger],
  ['maxPositionEmbeddings', positiveInteger],
  ['typeVocabSize', positiveInteger],
  ['projectionDim', positiveInteger],
  ['hiddenAct', [`one of ${activationNames.join(', ')}`, (value) => activationNames.some((name) => name === value)]],
  ['hiddenDropoutProb', probability],
  ['attentionProbsDropoutProb', probability],
  ['attentionDropout', probability],
  ['initializerRange', aboveZero],
  ['initializerFactor', aboveZero],
  ['layerNormEps', aboveZero],
  ['eosTokenId', id],
];

/**
 * Checks the configuration of a text encoder, whichever of the known fields it has.
 *
 * @throws RangeError when a field is out of range or two do not fit each other
 */
export function assertTextConfig(config: TextSizes, where: string): void {
  const refuse = (field: string, expected: string, value: unknown): never => {
    throw new RangeError(`${where}: ${field} must be ${expected}, got ${String(value).slice(0, 80)}.`);
  };
  const values = new Map(Object.entries<unknown>({ ...config }));
  for (const [field, [expected, holds]] of rules) {
    if (values.has(field) && !holds(values.get(field))) refuse(field, expected, values.get(field));
  }
  const { hiddenSize, numAttentionHeads, vocabSize, padTokenId } = config;
  if (hiddenSize % numAttentionHeads !== 0) {
    refuse('numAttentionHeads', `a divisor of hiddenSize ${hiddenSize}`, numAttentionHeads);
  }
  if (padTokenId !== undefined && !(id[1](padTokenId) && padTokenId < vocabSize)) {
    refuse('padTokenId', `an id below vocabSize ${vocabSize}`, padTokenId);
  }
}
