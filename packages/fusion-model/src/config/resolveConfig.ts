import { fusionStrategies, isFusionStrategy } from './FusionStrategy.js';
import type { MultimodalSentimentConfig, MultimodalSentimentOptions } from './MultimodalSentimentConfig.js';

/**
 * Fills in the defaults and checks every field.
 *
 * @param options - what the caller gave
 * @param encoderHiddenSize - default of `hiddenSize`
 * @throws RangeError that names the field and its value
 */
export function resolveConfig(
  options: MultimodalSentimentOptions,
  encoderHiddenSize: number,
): MultimodalSentimentConfig {
  const fusionStrategy = options.fusionStrategy ?? 'cross-attention';
  check(
    'fusionStrategy',
    isFusionStrategy(fusionStrategy),
    `one of ${Object.keys(fusionStrategies).join(', ')}`,
    fusionStrategy,
  );
  const numLabels = options.numLabels ?? (options.id2label ? Object.keys(options.id2label).length : 2);
  check('numLabels', isPositiveInteger(numLabels), 'a positive integer', numLabels);
  const id2label = options.id2label ?? defaultLabels(numLabels);
  const config: MultimodalSentimentConfig = {
    fusionStrategy,
    numLabels,
    id2label: { ...id2label },
    label2id: invert(id2label, numLabels),
    hiddenSize: options.hiddenSize ?? encoderHiddenSize,
    numAttentionHeads: options.numAttentionHeads ?? 1,
    nullKey: options.nullKey ?? false,
    gate: options.gate ?? 'none',
    attentionDropout: options.attentionDropout ?? 0,
    hiddenDropoutProb: options.hiddenDropoutProb ?? 0.1,
    classifierHiddenSize: options.classifierHiddenSize ?? null,
    initializerRange: options.initializerRange ?? 0.02,
  };
  checkSizes(config);
  if (options.label2id) checkSameLabels(options.label2id, config.label2id);
  return config;
}

function checkSizes(config: MultimodalSentimentConfig): void {
  for (const name of ['hiddenSize', 'numAttentionHeads', 'classifierHiddenSize'] as const) {
    const value = config[name];
    check(name, value === null || isPositiveInteger(value), 'a positive integer', value);
  }
  for (const name of ['attentionDropout', 'hiddenDropoutProb'] as const) {
    check(name, config[name] >= 0 && config[name] < 1, 'in [0, 1)', config[name]);
  }
  check('gate', ['none', 'tanh', 'sigmoid'].includes(config.gate), 'one of none, tanh, sigmoid', config.gate);
  check('initializerRange', config.initializerRange > 0, 'above 0', config.initializerRange);
}

function invert(id2label: Readonly<Record<number, string>>, numLabels: number): Record<string, number> {
  const ids = Object.keys(id2label).map(Number);
  const complete = ids.length === numLabels && ids.every((id) => Number.isInteger(id) && id >= 0 && id < numLabels);
  check(
    'id2label',
    complete,
    `complete from 0 to ${String(numLabels - 1)} to match numLabels`,
    `ids ${ids.join(', ')}`,
  );
  const label2id = Object.fromEntries(ids.map((id) => [id2label[id] ?? '', id]));
  check(
    'id2label',
    Object.keys(label2id).length === numLabels,
    'without repeated names',
    `${String(numLabels)} entries with repeats`,
  );
  return label2id;
}

function checkSameLabels(given: Readonly<Record<string, number>>, derived: Readonly<Record<string, number>>): void {
  const names = Object.keys(given);
  const agrees = names.length === Object.keys(derived).length && names.every((name) => given[name] === derived[name]);
  check('label2id', agrees, 'the inverse of id2label', `${String(names.length)} entries that differ from it`);
}

function defaultLabels(numLabels: number): Record<number, string> {
  return Object.fromEntries(Array.from({ length: numLabels }, (_, id) => [id, `LABEL_${String(id)}`]));
}

function isPositiveInteger(value: number): boolean {
  return Number.isInteger(value) && value > 0;
}

function check(name: string, holds: boolean, expected: string, received: unknown): void {
  if (!holds) throw new RangeError(`MultimodalSentimentConfig: ${name} must be ${expected}, got ${String(received)}.`);
}
