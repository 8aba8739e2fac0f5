import { assertGpuHealthy } from '@crossmodal/backends';
import { classWeights } from '@crossmodal/dataset';
import type { MultimodalSentimentModel } from '@crossmodal/fusion-model';
import {
  AdamW,
  CapturedFunction,
  constantSchedule,
  crossEntropy,
  trainModel,
  warmupCosineSchedule,
  warmupLinearSchedule,
  type Schedule,
  type TrainingEvent,
  type TrainingResult,
  type TrainModelOptions,
} from '@crossmodal/training';
import { tensor1d } from '@tensorflow/tfjs-core';
import type { TrainConfig } from '../config/TrainConfig.js';
import { learningRateFactors } from '../pretrained/learningRates.js';
import type { OnRunEvent } from '../run/RunEvent.js';
import { writeEpochRow } from '../run/resultsFile.js';
import type { RunFolder } from '../run/RunFolder.js';
import { batchTensors, type BatchTensors, type EncodedBatch } from './EncodedBatch.js';
import { freePixelsAfterUse } from './freePixelsAfterUse.js';
import { predictSamples } from './predictSamples.js';
import { sampleBatches, type BatchSource } from './sampleBatches.js';
import type { TokenCache } from './TokenCache.js';
import { accumulate } from './measure.js';
import type { PreparedData } from './PreparedData.js';
import { saveCheckpoint } from './saveCheckpoint.js';

/** Measured on the validation rows after each epoch; the terminal shows the first ones, `results.csv` all. */
const EPOCH_METRICS = ['accuracy', 'f1', 'logLoss', 'precision', 'recall'] as const;

/** What a fit needs beside the model. */
export interface FitOptions {
  readonly config: TrainConfig;
  readonly data: PreparedData;
  readonly source: BatchSource;
  readonly tokens: TokenCache;
  readonly folder: RunFolder;
  readonly onEvent: OnRunEvent;
  readonly signal?: AbortSignal | undefined;
  /** Checkpoint folder to continue from. */
  readonly resumeFrom?: string | undefined;
}

/** Trains the model by the settings of the run; the best and the last checkpoint lie in the run folder afterwards. */
export async function fitModel(model: MultimodalSentimentModel, options: FitOptions): Promise<TrainingResult> {
  const { config, data, source, tokens, folder } = options;
  const stepsPerEpoch = Math.ceil(data.splits.train.length / config.batchSize);
  const optimizer = new AdamW(model.namedParameters(), {
    learningRate: config.learningRate,
    weightDecay: config.weightDecay,
    learningRateOf: learningRateFactors(config, [...model.namedParameters().keys()]),
  });
  const weights =
    config.classWeights === 'balanced'
      ? tensor1d(
          classWeights(
            data.splits.train.map((sample) => data.labels.encode(sample.label ?? '')),
            data.labels.labels.length,
          ),
        )
      : undefined;
  const forward = new CapturedFunction(model.namedParameters());
  await folder.begin();
  try {
    return await trainModel<EncodedBatch, BatchTensors | undefined>({
      model,
      optimizer,
      schedule: buildSchedule(config, Math.ceil(stepsPerEpoch / config.gradientAccumulationSteps) * config.epochs),
      epochs: config.epochs,
      stepsPerEpoch,
      seed: config.seed,
      maxGradNorm: config.maxGradNorm,
      gradientAccumulationSteps: config.gradientAccumulationSteps,
      trainBatches: (epoch) =>
        freePixelsAfterUse(
          sampleBatches(source, tokens, data.splits.train, { shuffle: true, seed: config.seed, epoch }),
        ),
      batchSize: (batch) => batch.ids.length,
      sampleIds: (batch) => batch.ids,
      batchTensors,
      computeLoss: (batch, { seed, tensors = batchTensors(batch) }) => {
        const { labels, sampleWeights, ...inputs } = tensors;
        const { logits } = model.call(inputs, { seed });
        return crossEntropy(logits, labels, {
          labelSmoothing: config.labelSmoothing,
          classWeights: weights,
          sampleWeights,
        });
      },
      ...(data.splits.validation.length > 0 ? selection(model, forward, options) : {}),
      checkpoint: {
        directory: folder.checkpoints,
        keep: config.keep,
        everySteps: config.saveSteps,
        save: (path) => saveCheckpoint(path, { model, tokenizer: source.tokenizer, processor: source.processor }),
      },
      ...(config.maxTime === undefined ? {} : { maxTimeMs: config.maxTime * 60_000 }),
      ...(options.signal ? { signal: options.signal } : {}),
      ...(options.resumeFrom === undefined ? {} : { resumeFrom: options.resumeFrom }),
      assertBackend: ({ step, lastCheckpoint: checkpoint }) => {
        const command = checkpoint && `crossmodal train --resume ${folder.path}`;
        return assertGpuHealthy({ step, checkpoint, command });
      },
      onEvent: (event) => forwardEvent(event, options),
    });
  } finally {
    forward.dispose();
    optimizer.dispose();
    weights?.dispose();
  }
}

/** How the best epoch is chosen. Without validation rows the last one is kept: the test rows must not choose what they measure. */
function selection(
  model: MultimodalSentimentModel,
  forward: CapturedFunction,
  { config, data, source, tokens }: FitOptions,
): Pick<TrainModelOptions<EncodedBatch>, 'evaluate' | 'earlyStopping'> {
  return {
    evaluate: async () => {
      const predictions = await predictSamples(model, source, tokens, data.splits.validation, { forward });
      const metrics = accumulate(predictions, data.labels.labels)?.result().metrics;
      return Object.fromEntries(EPOCH_METRICS.map((name) => [name, metrics?.[name] ?? NaN]));
    },
    earlyStopping: {
      metric: config.earlyStoppingMetric,
      mode: config.earlyStoppingMetric === 'logLoss' ? 'min' : 'max',
      ...(config.patience === undefined ? {} : { patience: config.patience }),
    },
  };
}

function buildSchedule(config: TrainConfig, totalSteps: number): Schedule {
  const warmupSteps = Math.round(totalSteps * config.warmupRatio);
  if (config.schedule === 'constant') return constantSchedule();
  return config.schedule === 'linear'
    ? warmupLinearSchedule({ warmupSteps, totalSteps })
    : warmupCosineSchedule({ warmupSteps, totalSteps });
}

/** Tells the run's listeners; epochs also become rows of `results.csv`. People count epochs from 1. */
function forwardEvent(event: TrainingEvent, { folder, config, onEvent }: FitOptions): void {
  if (event.type === 'step') {
    onEvent({
      type: 'progress',
      task: 'training',
      done: event.step,
      total: event.totalSteps,
      unit: 'steps',
      detail: `epoch ${event.epoch + 1}/${config.epochs}  loss ${event.loss.toFixed(3)}`,
    });
  }
  if (event.type === 'epoch') {
    const epoch = { ...event, epoch: event.epoch + 1 };
    onEvent(epoch);
    writeEpochRow(folder, epoch, (text) => onEvent({ type: 'message', level: 'warning', text }));
  }
}
