import { ConfigError } from './ConfigError.js';
import { nearestName } from './nearestName.js';
import {
  DEFAULT_IMAGE_SIZE,
  trainConfigSchema,
  type ConfigSource,
  type TrainConfig,
  type TrainConfigInput,
} from './TrainConfig.js';

/** A layer of settings and where it came from; later layers win. */
export interface ConfigLayer {
  readonly source: ConfigSource;
  readonly values: Readonly<Record<string, unknown>>;
}

/** A complete configuration and the source of each of its fields. */
export interface ResolvedConfig {
  readonly config: TrainConfig;
  readonly sources: Readonly<Record<string, ConfigSource>>;
}

/**
 * What differs from the defaults when the synthetic review world is the data: its pictures are 48 pixels wide, and with 5,000
 * training reviews fewer and larger steps are enough. The defaults are for a few hundred to a few thousand rows.
 */
const worldSettings = {
  splitColumn: 'split',
  epochs: 10,
  batchSize: 64,
  learningRate: 2e-3,
  name: 'synthetic',
} as const satisfies TrainConfigInput;

/** The same for an image encoder from scratch. */
const worldPictures = { imageSize: 48, patchSize: 8 } as const satisfies TrainConfigInput;

/**
 * What differs from the defaults when an encoder is pretrained: its weights may move little (Devlin et al. 2018, appendix A.3), adapters
 * more (Hu et al. 2021, appendix D); nothing is to be said of what is frozen.
 */
function pretrainedSettings({ freeze, lora }: Readonly<Record<string, unknown>>): TrainConfigInput {
  const shared = { hiddenSize: 256, intermediateSize: 512, initializerRange: 0.02 };
  if (Array.isArray(freeze) && freeze.includes('encoders')) return shared;
  if (lora !== undefined) return { ...shared, encoderLearningRate: 2e-4, epochs: 10 };
  return { ...shared, encoderLearningRate: 2e-5, learningRate: 5e-4, epochs: 5 };
}

/**
 * Merges layers of settings into one complete, checked configuration.
 *
 * @param layers - in rising order of precedence; `undefined` values are ignored
 * @throws {@link ConfigError} for unknown fields (with the nearest known one), wrong types and contradictions
 */
export function resolveConfig(layers: readonly ConfigLayer[]): ResolvedConfig {
  const usesWorld = !layers.some((layer) => layer.values.data !== undefined);
  const given = Object.assign({}, ...layers.map((layer) => layer.values)) as Readonly<Record<string, unknown>>;
  const usesPretrained = given.textModel !== undefined || given.imageModel !== undefined;
  const all: ConfigLayer[] = [
    ...(usesWorld ? [{ source: 'world' as const, values: worldSettings }] : []),
    ...(usesWorld && given.imageModel === undefined ? [{ source: 'world' as const, values: worldPictures }] : []),
    ...(usesPretrained ? [{ source: 'pretrained' as const, values: pretrainedSettings(given) }] : []),
    ...layers,
  ];
  const merged: Record<string, unknown> = {};
  const sources: Record<string, ConfigSource> = {};
  for (const key of Object.keys(trainConfigSchema.shape)) sources[key] = 'default';
  for (const layer of all) {
    for (const [key, value] of Object.entries(layer.values)) {
      if (value === undefined) continue;
      merged[key] = value;
      sources[key] = layer.source;
    }
  }
  const parsed = trainConfigSchema.safeParse(merged);
  if (!parsed.success)
    throw new ConfigError(parsed.error.issues.map((issue) => explainIssue(issue, merged)).join('\n'));
  checkContradictions(parsed.data);
  checkDecidedByModel(parsed.data, sources);
  return { config: parsed.data, sources };
}

type Issue = NonNullable<ReturnType<typeof trainConfigSchema.safeParse>['error']>['issues'][number];

function explainIssue(issue: Issue, merged: Readonly<Record<string, unknown>>): string {
  if (issue.code === 'unrecognized_keys') {
    const known = Object.keys(trainConfigSchema.shape);
    return issue.keys
      .map((key) => {
        const near = nearestName(key, known);
        return `config: unknown field "${key}".${near ? ` Did you mean "${near}"?` : ''}`;
      })
      .join('\n');
  }
  const field = String(issue.path[0] ?? '');
  return `config: ${issue.path.join('.')}: ${issue.message}, got ${JSON.stringify(merged[field])}.`;
}

function checkContradictions(config: TrainConfig): void {
  const { imageModel, imageSize = DEFAULT_IMAGE_SIZE, patchSize } = config;
  if (imageModel === undefined && imageSize % patchSize !== 0) {
    throw new ConfigError(
      `config: patchSize must divide imageSize, got ${patchSize} and ${imageSize}. ` +
        `Try patchSize ${largestDivisorUpTo(imageSize, patchSize)}.`,
    );
  }
  if (config.hiddenSize % config.numAttentionHeads !== 0) {
    throw new ConfigError(
      `config: numAttentionHeads must divide hiddenSize, got ${config.numAttentionHeads} and ${config.hiddenSize}.`,
    );
  }
  if (config.validationFraction + config.testFraction >= 1) {
    throw new ConfigError(
      `config: validationFraction + testFraction must be below 1, got ${config.validationFraction} + ${config.testFraction}.`,
    );
  }
  checkPretrained(config);
  for (const pattern of config.freeze) {
    try {
      new RegExp(pattern);
    } catch (error) {
      throw new ConfigError(`config: freeze: "${pattern}" is not a regular expression.`, { cause: error });
    }
  }
}

/** Settings that would change nothing are refused, so that nobody believes they did. */
function checkPretrained(config: TrainConfig): void {
  const { lora, loraAlpha, trainLastBlocks, freeze } = config;
  if (loraAlpha !== undefined && lora === undefined) throw new ConfigError('config: loraAlpha needs lora, got none.');
  const ways = [
    ...(lora === undefined ? [] : ['lora']),
    ...(trainLastBlocks === undefined ? [] : ['trainLastBlocks']),
    ...(freeze.includes('encoders') ? ['freeze encoders'] : []),
  ];
  if (ways.length > 1) {
    throw new ConfigError(`config: how much of an encoder is trained must be said once, got ${ways.join(' and ')}.`);
  }
  if (config.textPooling !== undefined && config.textModel === undefined) {
    throw new ConfigError('config: textPooling needs textModel, got none.');
  }
  if (config.textModel !== undefined || config.imageModel !== undefined) return;
  const given = (['revision', 'trainLastBlocks', 'lora'] as const).find((field) => config[field] !== undefined);
  if (given !== undefined) throw new ConfigError(`config: ${given} needs textModel or imageModel, got none.`);
}

/** What a pretrained encoder has already decided. */
const decidedBy = {
  textModel: ['textLayers', 'vocabularySize'],
  imageModel: ['imageLayers', 'patchSize'],
} as const;

function checkDecidedByModel(config: TrainConfig, sources: Readonly<Record<string, ConfigSource>>): void {
  for (const model of ['textModel', 'imageModel'] as const) {
    if (config[model] === undefined) continue;
    const given = decidedBy[model].find((field) => !['default', 'world'].includes(sources[field] ?? ''));
    if (given === undefined) continue;
    throw new ConfigError(
      `config: ${given} is decided by ${model} ${config[model]}, got ${config[given]} as well. Leave it out.`,
    );
  }
}

function largestDivisorUpTo(n: number, limit: number): number {
  for (let d = Math.min(n, limit); d > 1; d--) if (n % d === 0) return d;
  return 1;
}
