import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type BackendInfo, startBackend } from '@crossmodal/backends';
import type { MultimodalSentimentModel } from '@crossmodal/fusion-model';
import { enableGradientCheckpointing } from '@crossmodal/layers';
import { buildVocabulary, TextTokenizer } from '@crossmodal/text-encoder';
import { describeError } from '../run/describeError.js';
import { ConfigError } from '../config/ConfigError.js';
import { resolveConfig, type ResolvedConfig } from '../config/resolveConfig.js';
import type { TrainConfig, TrainConfigInput } from '../config/TrainConfig.js';
import { openEncoders } from '../encoders/openEncoders.js';
import type { RunEncoders } from '../encoders/RunEncoders.js';
import { keepFeatures } from '../features/keepFeatures.js';
import { checkMemory, describeMemory, stepSizes } from '../memory/checkMemory.js';
import { estimateMemory } from '../memory/estimateMemory.js';
import { memoryLimit } from '../memory/memoryLimit.js';
import { freezeParameters } from '../pretrained/freezeParameters.js';
import { loadPretrained, type Pretrained } from '../pretrained/loadPretrained.js';
import type { ModelRecord } from '../pretrained/locateModel.js';
import { readModels, writeModels } from '../pretrained/modelsFile.js';
import { describeEnvironment, type Environment } from '../run/environment.js';
import type { OnRunEvent } from '../run/RunEvent.js';
import { readRunConfig } from '../run/readRunConfig.js';
import { RunFolder } from '../run/RunFolder.js';
import { RunLock } from '../run/RunLock.js';
import { formatDuration } from '../terminal/formatDuration.js';
import { batchShapes } from './BatchShapes.js';
import { buildImageProcessor, buildModel, usesImages } from './buildModel.js';
import { dryRun } from './dryRun.js';
import { TokenCache, type BatchSource } from './evaluateSplit.js';
import { finishRun } from './finishRun.js';
import { fitModel } from './fitModel.js';
import type { RunMetrics } from './formatMetrics.js';
import { findCheckpoint } from './loadRun.js';
import { prepareData } from './prepareData.js';
import type { DataAccount, PreparedData } from './PreparedData.js';
import type { TrainOptions, TrainResult } from './TrainOptions.js';

/**
 * Trains a model: from a data file to a run folder with checkpoints, numbers, pictures and a report.
 *
 * @param input - settings; what is left out has its default, and without `data` the synthetic review world is used
 * @throws ConfigError, DatasetError, ImageError, BackendUnavailableError
 *
 * @example
 * const { path, metrics } = await train({ data: 'reviews.csv', epochs: 5 });
 */
export async function train(
  input: TrainConfigInput | ResolvedConfig,
  options: TrainOptions = {},
): Promise<TrainResult> {
  const resolved = withAbsolutePaths(
    isResolved(input) ? input : resolveConfig([{ source: 'argument', values: input }]),
  );
  const folder = await RunFolder.create(resolved.config.project, resolved.config.name);
  return runIn(folder, resolved, options);
}

/**
 * Continues an interrupted run from its last checkpoint, with the settings it was started with.
 *
 * The order of samples and the dropout masks are pure functions of seed, epoch and step, so the run ends with the
 * weights it would have had without the interruption.
 *
 * @throws ConfigError when there is no checkpoint to continue from, or the data has changed since
 */
export async function resumeRun(path: string, options: TrainOptions = {}): Promise<TrainResult> {
  const checkpoint = findCheckpoint(path, 'last');
  const folder = RunFolder.open(path);
  return runIn(folder, await readRunConfig(path), { ...options, resumeFrom: checkpoint });
}

interface RunOptions extends TrainOptions {
  /** Checkpoint folder to continue from. */
  readonly resumeFrom?: string;
}

/** Runs while holding the folder's lock; what goes wrong also stands in `run.log`. A run that never began leaves nothing. */
async function runIn(folder: RunFolder, resolved: ResolvedConfig, options: RunOptions): Promise<TrainResult> {
  const lock = RunLock.take(folder.path);
  try {
    return await runLocked(folder, resolved, options);
  } catch (error) {
    folder.log({ type: 'error', text: describeError(error, {}) }, () => undefined);
    throw error;
  } finally {
    lock.release();
    if (!folder.hasBegun) await folder.remove();
  }
}

async function runLocked(folder: RunFolder, resolved: ResolvedConfig, options: RunOptions): Promise<TrainResult> {
  const { config } = resolved;
  const startedAt = performance.now();
  const listener = options.onEvent ?? ((): void => undefined);
  const onEvent: OnRunEvent = (event) => {
    if (event.type !== 'progress') folder.log(event, (text) => listener({ type: 'message', level: 'warning', text }));
    listener(event);
  };
  const say = (text: string): void => onEvent({ type: 'message', level: 'info', text });
  say(`run folder: ${folder.path}`);
  const backend = await startBackend(config.backend, {
    onMeasure: (name) => say(`measuring how fast ${name} is here, about two seconds; done once for this machine`),
  });
  const environment = describeEnvironment(backend);
  say(openingLine(environment));
  for (const note of config.backend === 'auto' ? whyTaken(backend) : []) say(note);
  if (options.resumeFrom === undefined) await folder.writeJson('config.json', resolved);
  await folder.writeJson('environment.json', environment);

  const known = options.resumeFrom === undefined ? {} : readModels(folder);
  const pretrained = await loadPretrained(config, onEvent, { known, signal: options.signal });
  await writeModels(folder, pretrained);
  for (const [side, part] of Object.entries(pretrained) as [string, Pretrained['text']][]) {
    if (part) say(`${side} encoder: ${describeModel(part.record)}`);
  }
  const processor = pretrained.image?.processor ?? buildImageProcessor(config);
  let model: MultimodalSentimentModel | undefined;
  let encoders: RunEncoders | undefined;
  try {
    const data = await prepareData(config, processor, onEvent);
    if (options.resumeFrom !== undefined) checkSameData(folder, data.account);
    await folder.writeJson('data.json', data.account);
    sayAccount(data.account, onEvent);

    const tokenizer = pretrained.text?.tokenizer ?? buildTokenizer(config, data);
    model = buildModel(config, {
      tokenizer,
      textEncoder: pretrained.text?.encoder,
      imageEncoder: pretrained.image?.encoder,
      id2label: data.labels.id2label,
    });
    freezeParameters(model, config);
    if (config.gradientCheckpointing) enableGradientCheckpointing(model);
    const tokens = new TokenCache(tokenizer, tokenizer.modelMaxLength);
    const samples = Object.values(data.splits).flat();
    const sizes = { batchSize: config.batchSize, maxLength: tokenizer.modelMaxLength };
    const lengths = samples.map(({ text }) => tokens.encode(text).length);
    encoders = openEncoders(model, { engine: config.encoderEngine, onEvent });
    const source: BatchSource = {
      encoders,
      ...sizes,
      tokenizer,
      processor: usesImages(config.fusionStrategy) ? processor : undefined,
      images: data.images,
      labels: data.labels,
      shapes: batchShapes({ ...sizes, lengths }),
    };
    const parameters = [...model.namedParameters().values()].reduce((sum, variable) => sum + variable.size, 0);
    say(
      `${config.fusionStrategy} model, ${parameters.toLocaleString('en')} parameters, ${tokenizer.vocabularySize} word pieces`,
    );
    const row = {
      length: Math.min(
        lengths.reduce((most, length) => Math.max(most, length), 1),
        sizes.maxLength,
      ),
      imageSize: source.processor?.size ?? 0,
    };
    const step = stepSizes(model, config, row);
    const limit = memoryLimit(backend.name);
    if (options.dryRun) say(describeMemory(estimateMemory(step), limit));
    checkMemory(step, config, limit);
    if (options.dryRun) {
      say(await dryRun(model, source, tokens, data.splits.train, config));
      return ended(folder, data, {}, undefined, 'dry run', startedAt);
    }
    const { signal } = options;
    const features = await keepFeatures(model, { config, source, tokens, samples, onEvent, signal });
    const training = await fitModel(model, {
      config,
      data,
      source: { ...source, features },
      tokens,
      folder,
      onEvent,
      ...options,
    });
    say(`trained for ${formatDuration(training.elapsedMs)} (${training.stoppedBy})`);
    if (training.stoppedBy === 'signal') {
      say(`continue with: crossmodal train --resume ${folder.path}`);
      return ended(folder, data, {}, undefined, training.stoppedBy, startedAt);
    }
    const { metrics, reportPath } = await finishRun({
      folder,
      config,
      environment,
      data,
      features,
      encoders,
      onEvent,
    });
    return ended(folder, data, metrics, reportPath, training.stoppedBy, startedAt);
  } finally {
    await encoders?.close();
    // A model that was built has taken the encoders over.
    if (model) model.dispose();
    else for (const part of [pretrained.text, pretrained.image]) part?.encoder.dispose();
  }
}

/** Word pieces of the training texts, for an encoder from scratch. */
function buildTokenizer({ vocabularySize, maxLength }: TrainConfig, { splits }: PreparedData): TextTokenizer {
  const texts = splits.train.map((sample) => sample.text);
  return TextTokenizer.fromVocabulary(buildVocabulary(texts, { size: vocabularySize }), { modelMaxLength: maxLength });
}

function describeModel({ reference, folder, commit }: ModelRecord): string {
  return commit === undefined ? folder : `${reference}, commit ${commit.slice(0, 12)}, in ${folder}`;
}

function ended(
  folder: RunFolder,
  data: PreparedData,
  metrics: RunMetrics,
  reportPath: string | undefined,
  stoppedBy: string,
  startedAt: number,
): TrainResult {
  const seconds = (performance.now() - startedAt) / 1000;
  return { path: folder.path, metrics, reportPath, stoppedBy, data: data.account, seconds };
}

/** Paths as the run folder keeps them: it must be readable from any working directory. */
function withAbsolutePaths({ config, sources }: ResolvedConfig): ResolvedConfig {
  const { data, worldDirectory, cacheDir } = config;
  return {
    config: {
      ...config,
      ...(data === undefined ? {} : { data: resolve(data) }),
      ...(cacheDir === undefined ? {} : { cacheDir: resolve(cacheDir) }),
      worldDirectory: resolve(worldDirectory),
    },
    sources,
  };
}

function isResolved(input: TrainConfigInput | ResolvedConfig): input is ResolvedConfig {
  return 'config' in input && 'sources' in input;
}

function openingLine({ backend, node, tfjs, cpu, cores }: Environment): string {
  return `backend ${backend.name} (${backend.device}), TensorFlow.js ${tfjs}, Node ${node}, ${cpu}, ${cores} cores`;
}

function sayAccount(account: DataAccount, onEvent: OnRunEvent): void {
  const skipped = Object.entries(account.skippedByReason);
  const total = skipped.reduce((sum, [, count]) => sum + count, 0);
  const reasons = skipped.map(([reason, count]) => `${count} ${reason}`).join(', ');
  const { train: trained, validation, test } = account.splits;
  onEvent({
    type: 'message',
    level: 'info',
    text:
      `rows read ${account.rowsRead} = used ${account.rowsUsed} + skipped ${total}${reasons ? ` (${reasons})` : ''}; ` +
      `train ${trained}, validation ${validation}, test ${test}`,
  });
  const warnings = [
    ...account.warnings,
    ...(account.blankImages > 0 ? [`${account.blankImages} rows are trained without their image`] : []),
    ...(account.duplicatesAcrossSplits > 0
      ? [`${account.duplicatesAcrossSplits} exact duplicates lie in more than one split; the numbers flatter the model`]
      : []),
  ];
  for (const text of warnings) onEvent({ type: 'message', level: 'warning', text });
}

function checkSameData(folder: RunFolder, account: DataAccount): void {
  const before = JSON.parse(readFileSync(folder.file('data.json'), 'utf8')) as DataAccount;
  if (before.fingerprint === account.fingerprint && before.splitHash === account.splitHash) return;
  throw new ConfigError(
    `resume: ${account.path} has changed since the run began (${before.rowsUsed} rows then, ${account.rowsUsed} now). ` +
      'Restore the file, or start a new run.',
  );
}

/** Which backend `auto` took and why; and if it is not native code, what that needs. */
function whyTaken({ name, notes }: BackendInfo): readonly string[] {
  const [first] = notes;
  const reason = first !== undefined && /^(Took|Fell down)/.test(first) ? [first] : [];
  const isSlow = name === 'wasm' || name === 'cpu';
  return [...reason, ...notes.filter((note) => isSlow && note.startsWith('onnxruntime not used'))];
}
