import type { AttentionGate } from '@crossmodal/cross-attention';
import { fusionStrategies, isFusionStrategy } from './FusionStrategy.js';
import { type MultimodalSentimentConfig, type MultimodalSentimentOptions } from './MultimodalSentimentConfig.js';

/** What says in `config.json` that the folder holds one of our models. */
const modelType = 'multimodal-sentiment';

/** Writes a config as Hugging Face does: JSON with snake_case names. */
export function writeConfigFile(config: MultimodalSentimentConfig): string {
  const fields = Object.entries(config).map(([name, value]: [string, unknown]) => [snakeCase(name), value]);
  return `${JSON.stringify({ model_type: modelType, ...Object.fromEntries(fields) }, null, 2)}\n`;
}

/**
 * Reads the fields of a `config.json`; a missing one gets its default, and ranges are checked when the model is built.
 *
 * @param contents - parsed JSON
 * @param location - of the folder, for messages
 * @throws RangeError when it is not a config of this model, names an unknown strategy, or a field has the wrong kind
 */
export function readConfigFile(contents: unknown, location: string): MultimodalSentimentOptions {
  const where = `${location}: config.json`;
  if (!isRecord(contents))
    throw new RangeError(
      `${where} must hold an object, got ${Array.isArray(contents) ? 'an array' : typeof contents}.`,
    );

  const read = <T>(name: string, holds: (value: unknown) => value is T, expected: string): T | undefined => {
    const value = contents[name];
    if (value === undefined || holds(value)) return value;
    throw new RangeError(`${where}: ${name} must be ${expected}, got ${show(value)}.`);
  };
  if (contents.model_type !== modelType) {
    throw new RangeError(
      `${where}: model_type must be "${modelType}", got ${show(contents.model_type)}. Pass a folder that save wrote.`,
    );
  }
  const strategies = `one of ${Object.keys(fusionStrategies).join(', ')}`;
  const fusionStrategy = read('fusion_strategy', isFusionStrategy, strategies);
  // Without it, no default can be right.
  if (fusionStrategy === undefined) throw new RangeError(`${where}: fusion_strategy must be ${strategies}, got none.`);
  return {
    fusionStrategy,
    numLabels: read('num_labels', isNumber, 'a number'),
    id2label: read('id2label', isRecordOf(isString), 'an object of strings'),
    label2id: read('label2id', isRecordOf(isNumber), 'an object of numbers'),
    hiddenSize: read('hidden_size', isNumber, 'a number'),
    numAttentionHeads: read('num_attention_heads', isNumber, 'a number'),
    nullKey: read('null_key', isBoolean, 'true or false'),
    gate: read('gate', isGate, 'one of none, tanh, sigmoid'),
    attentionDropout: read('attention_dropout', isNumber, 'a number'),
    hiddenDropoutProb: read('hidden_dropout_prob', isNumber, 'a number'),
    classifierHiddenSize: read('classifier_hidden_size', isNumberOrNull, 'a number or null'),
    initializerRange: read('initializer_range', isNumber, 'a number'),
  };
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** A value as it may stand in a message: short, and without control characters. */
function show(value: unknown): string {
  return value === undefined ? 'none' : JSON.stringify(value).slice(0, 80);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isRecordOf<T>(holds: (value: unknown) => value is T) {
  return (value: unknown): value is Record<string, T> => isRecord(value) && Object.values(value).every(holds);
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number';
}

function isNumberOrNull(value: unknown): value is number | null {
  return value === null || isNumber(value);
}

function isString(value: unknown): value is string {
  return typeof value === 'string';
}

function isBoolean(value: unknown): value is boolean {
  return typeof value === 'boolean';
}

function isGate(value: unknown): value is AttentionGate {
  return value === 'none' || value === 'tanh' || value === 'sigmoid';
}
