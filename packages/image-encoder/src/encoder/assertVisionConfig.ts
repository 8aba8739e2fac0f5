import { activationNames } from '@crossmodal/layers';

/** The fields that are checked against each other. */
export interface VisionSizes {
  readonly hiddenSize: number;
  readonly numAttentionHeads: number;
  readonly imageSize: number;
  readonly patchSize: number;
}

/** What is asked of a field: in words, and of its value. */
type Rule = readonly [expected: string, holds: (value: unknown) => boolean];

const positiveInteger: Rule = [
  'a positive integer',
  (value) => typeof value === 'number' && Number.isSafeInteger(value) && value > 0,
];
const probability: Rule = ['in [0, 1)', (value) => typeof value === 'number' && value >= 0 && value < 1];
const aboveZero: Rule = ['above 0', (value) => typeof value === 'number' && value > 0];

const rules: Readonly<Record<string, Rule>> = {
  hiddenSize: positiveInteger,
  intermediateSize: positiveInteger,
  projectionDim: positiveInteger,
  numHiddenLayers: positiveInteger,
  numAttentionHeads: positiveInteger,
  numChannels: ['3 (RGB)', (value) => value === 3],
  imageSize: positiveInteger,
  patchSize: positiveInteger,
  hiddenAct: [`one of ${activationNames.join(', ')}`, (value) => activationNames.some((name) => name === value)],
  layerNormEps: aboveZero,
  attentionDropout: probability,
  attentionProbsDropoutProb: probability,
  hiddenDropoutProb: probability,
  initializerRange: aboveZero,
  initializerFactor: aboveZero,
};

/**
 * Checks the configuration of a vision encoder, whichever of the known fields it has.
 *
 * @throws RangeError when a field is out of range or two do not fit each other
 */
export function assertVisionConfig(config: VisionSizes, where: string): void {
  const refuse = (field: string, expected: string, value: unknown): never => {
    throw new RangeError(`${where}: ${field} must be ${expected}, got ${String(value).slice(0, 80)}.`);
  };
  for (const [field, value] of Object.entries<unknown>({ ...config })) {
    const rule = rules[field];
    if (rule && !rule[1](value)) refuse(field, rule[0], value);
  }
  const { hiddenSize, numAttentionHeads, imageSize, patchSize } = config;
  if (hiddenSize % numAttentionHeads !== 0) {
    refuse('numAttentionHeads', `a divisor of hiddenSize ${hiddenSize}`, numAttentionHeads);
  }
  if (patchSize > imageSize) refuse('patchSize', `at most imageSize ${imageSize}`, patchSize);
}
