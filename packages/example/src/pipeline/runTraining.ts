import { startBackend } from '@crossmodal/backends';
import type { MultimodalSentimentModel } from '@crossmodal/fusion-model';
import { enableGradientCheckpointing } from '@crossmodal/layers';
import type { ResolvedConfig } from '../config/resolveConfig.js';
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
import { describeChoice } from '../run/describeChoice.js';
import { describeEnvironment, type Environment } from '../run/environment.js';
import type { OnRunEvent, RunPhase } from '../run/RunEvent.js';
import type { RunFolder } from '../run/RunFolder.js';
import { formatDuration } from '../terminal/formatDuration.js';
import { batchShapes } from './BatchShapes.js';
import { buildImageProcessor, buildModel, usesImages } from './buildModel.js';
import { buildTokenizer } from './buildTokenizer.js';
import { checkSameData } from './checkSameData.js';
import { describeAccount } from './describeAccount.js';
import { dryRun } from './dryRun.js';
import type { BatchSource } from './sampleBatches.js';
import { TokenCache } from './TokenCache.js';
import { finishRun } from './finishRun.js';
import { fitModel } from './fitModel.js';
import type { RunMetrics } from './formatMetrics.js';
import { prepareData } from './prepareData.js';
import type { PreparedData } from './PreparedData.js';
import type { TrainOptions, TrainResult } from './TrainOptions.js';

/** Options of {@link runTraining}. */
export interface RunOptions extends TrainOptions {
  /** Checkpoint folder to continue from. */
  readonly resumeFrom?: string;
}

/**
 * Does a run's work in its folder: starts the backend, loads the encoders, prepares the data, trains, evaluates and reports.
 *
 * @param folder - the run's; its lock is held by the caller
 * @throws what `train` throws
 */
export async function runTraining(
  folder: RunFolder,
  resolved: ResolvedConfig,
  options: RunOptions,
): Promise<TrainResult> {
  const { config } = resolved;
  const startedAt = performance.now();
  const listener = options.onEvent ?? ((): void => undefined);
  const onEvent: OnRunEvent = (event) => {
    if (event.type !== 'progress') folder.log(event, (text) => listener({ type: 'message', level: 'warning', text }));
    listener(event);
  };
  const say = (text: string): void => onEvent({ type: 'message', level: 'info', text });
  const begin = (phase: RunPhase): void => onEvent({ type: 'phase', phase });
  begin('start');
  say(`run folder: ${folder.path}`);
  const backend = await startBackend(config.backend, {
    onMeasure: (name) => say(`measuring how fast ${name} is here, about two seconds; done once for this machine`),
  });
  const environment = describeEnvironment(backend);
  say(openingLine(environment));
  describeChoice(backend).forEach(say);
  if (options.resumeFrom === undefined) await folder.writeJson('config.json', resolved);
  await folder.writeJson('environment.json', environment);

  begin('data');
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
    const { summary, warnings } = describeAccount(data.account);
    say(summary);
    for (const text of warnings) onEvent({ type: 'message', level: 'warning', text });

    begin('model');
    const tokenizer =
      pretrained.text?.tokenizer ??
      buildTokenizer(
        data.splits.train.map(({ text }) => text),
        config,
      );
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
    const { batchSize, lengthBuckets } = config;
    const sizes = { batchSize, maxLength: tokenizer.modelMaxLength, lengthBuckets };
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
    begin('encode');
    const { signal } = options;
    const features = await keepFeatures(model, { config, source, tokens, samples, onEvent, signal });
    begin('train');
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
    begin('finish');
    const { metrics, reportPath } = await finishRun({ folder, config, data, source, features, tokens, onEvent });
    return ended(folder, data, metrics, reportPath, training.stoppedBy, startedAt);
  } finally {
    await encoders?.close();
    // A model that was built has taken the encoders over.
    if (model) model.dispose();
    else for (const part of [pretrained.text, pretrained.image]) part?.encoder.dispose();
  }
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

function openingLine({ backend, node, tfjs, cpu, cores }: Environment): string {
  return `backend ${backend.name} (${backend.device}), TensorFlow.js ${tfjs}, Node ${node}, ${cpu}, ${cores} cores`;
}
