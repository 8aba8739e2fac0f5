import { deriveSeed, readParameters, uniformAt } from '@crossmodal/layers';
import { seededNormalValues } from '@crossmodal/testing';
import { serializeSafetensors, writeFolder, type FileSystem } from '@crossmodal/weights';
import { argMax, cast, equal, mean, stack, tensor1d, tensor2d, tidy, type Scalar } from '@tensorflow/tfjs-core';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crossEntropy } from '../losses/crossEntropy.js';
import { trainModel } from '../loop/trainModel.js';
import { type CheckpointOptions, type TrainModelOptions } from '../loop/TrainModelOptions.js';
import { type StepEvent, type TrainingEvent } from '../loop/TrainingEvent.js';
import { type TrainingResult } from '../loop/TrainingResult.js';
import { AdamW } from '../optimizers/AdamW.js';
import { warmupLinearSchedule } from '../schedules/warmupLinearSchedule.js';
import { FaultyFileSystem } from './FaultyFileSystem.js';
import { TinyClassifier } from './TinyClassifier.js';

/** Numbers of the samples of a batch. */
export type TinyBatch = readonly number[];

/** 7 batches of 4, the last of 2; with 3 batches per update, the last update of an epoch has one. */
export const tiny = { samples: 26, batchSize: 4, stepsPerEpoch: 7, epochs: 3, updatesPerEpoch: 3, seed: 11 } as const;

/** What one call of `trainModel` did. */
export interface TinyRun {
  readonly result: TrainingResult;
  readonly events: readonly TrainingEvent[];
  readonly steps: readonly StepEvent[];
  /** Ids of the samples in the order in which they were trained on. */
  readonly order: readonly number[];
}

/** What a test changes about a run. */
export interface TinyRunOptions extends Partial<Omit<TrainModelOptions<TinyBatch>, 'checkpoint' | 'signal'>> {
  /** Of the checkpoints. */
  readonly directory?: string | undefined;
  readonly keep?: number | undefined;
  readonly everySteps?: number | undefined;
  /** Default: one that does not wait for the disk. */
  readonly fileSystem?: FileSystem | undefined;
  /** Changes the new model before anything else, as a program would at each start; default: nothing. */
  readonly prepare?: ((model: TinyClassifier) => void) | undefined;
  /** Abort after this step; 0: before the first. */
  readonly stopAfterStep?: number | undefined;
  /** Abort while the loss of this batch, of all batches of the call, is computed; counts from 1. */
  readonly stopInBatch?: number | undefined;
}

/** Trains a new tiny classifier, as another process would. */
export async function runTiny({
  directory,
  keep,
  everySteps,
  fileSystem = new FaultyFileSystem(),
  prepare,
  stopAfterStep,
  stopInBatch,
  ...changes
}: TinyRunOptions = {}): Promise<TinyRun> {
  const model = new TinyClassifier();
  prepare?.(model);
  const optimizer = new AdamW(model.namedParameters(), { learningRate: 0.02, learningRateOf: rateOf });
  const controller = new AbortController();
  if (stopAfterStep === 0) controller.abort();
  const events: TrainingEvent[] = [];
  const order: number[] = [];
  let batches = 0;
  try {
    const result = await trainModel<TinyBatch>({
      model,
      optimizer,
      schedule: warmupLinearSchedule({ warmupSteps: 2, totalSteps: tiny.updatesPerEpoch * tiny.epochs }),
      epochs: tiny.epochs,
      stepsPerEpoch: tiny.stepsPerEpoch,
      seed: tiny.seed,
      maxGradNorm: 0.5,
      gradientAccumulationSteps: 3,
      trainBatches: tinyBatches,
      batchSize: (batch) => batch.length,
      sampleIds: (batch) => batch.map((sample) => `sample ${sample}`),
      computeLoss: (batch, context) => {
        order.push(...batch);
        batches += 1;
        if (batches === stopInBatch) controller.abort();
        return tinyLoss(model, batch, context);
      },
      evaluate: () => evaluateTiny(model),
      earlyStopping: { metric: 'logLoss', mode: 'min' },
      ...(directory === undefined
        ? {}
        : { checkpoint: tinyCheckpoint(model, { directory, keep, everySteps, fileSystem }) }),
      signal: controller.signal,
      ...changes,
      onEvent: (event) => {
        events.push(event);
        changes.onEvent?.(event);
        if (event.type === 'step' && event.step === stopAfterStep) controller.abort();
      },
    });
    return { result, events, order, steps: events.filter((event) => event.type === 'step') };
  } finally {
    optimizer.dispose();
    model.dispose();
  }
}

/** Every sample once, in an order that depends on seed and epoch alone. */
export function tinyBatches(epoch: number): TinyBatch[] {
  const keys = Array.from({ length: tiny.samples }, (_, i) => uniformAt(deriveSeed(tiny.seed, epoch), i));
  const order = keys.map((_, i) => i).sort((a, b) => (keys[a] ?? 0) - (keys[b] ?? 0));
  return Array.from({ length: tiny.stepsPerEpoch }, (_, i) =>
    order.slice(i * tiny.batchSize, (i + 1) * tiny.batchSize),
  );
}

/** The loss of a batch. */
export function tinyLoss(model: TinyClassifier, batch: TinyBatch, context?: { readonly seed: number }): Scalar {
  const features = batch.map((sample) => [...seededNormalValues(5, 100 + sample)]);
  const labels = tensor1d(
    batch.map((sample) => sample % 3),
    'int32',
  );
  return crossEntropy(model.call(tensor2d(features), context), labels, { labelSmoothing: 0.1 });
}

/** Keeps the paths of temporary folders; remove them after each test. */
export class TemporaryFolders {
  readonly #paths: string[] = [];

  async create(): Promise<string> {
    const path = await mkdtemp(join(tmpdir(), 'crossmodal-training-'));
    this.#paths.push(path);
    return path;
  }

  async removeAll(): Promise<void> {
    for (const path of this.#paths.splice(0)) await rm(path, { recursive: true, force: true });
  }
}

/** The bytes that two equal runs must share. */
export async function finalBytes({ result }: TinyRun): Promise<Record<string, string>> {
  const files = ['model.safetensors', 'training-state/parameters.safetensors', 'training-state/optimizer.safetensors'];
  const read = files.map(async (name) => [
    name,
    (await readFile(join(result.lastCheckpoint ?? '', name))).toString('hex'),
  ]);
  return Object.fromEntries(await Promise.all(read)) as Record<string, string>;
}

function tinyCheckpoint(
  model: TinyClassifier,
  { fileSystem, ...options }: Omit<CheckpointOptions, 'save'>,
): CheckpointOptions {
  return {
    ...options,
    fileSystem,
    save: async (path) => {
      const weights = serializeSafetensors(await readParameters(model));
      await writeFolder(path, new Map([['model.safetensors', weights]]), fileSystem);
    },
  };
}

function rateOf(path: string): number {
  return path.startsWith('encoder.') ? 0.5 : 1;
}

async function evaluateTiny(model: TinyClassifier): Promise<Record<string, number>> {
  const all = Array.from({ length: tiny.samples }, (_, i) => i);
  const measured = tidy(() => {
    const features = tensor2d(all.map((sample) => [...seededNormalValues(5, 100 + sample)]));
    const labels = tensor1d(
      all.map((sample) => sample % 3),
      'int32',
    );
    const hits = equal(argMax(model.call(features), -1), labels);
    return stack([tinyLoss(model, all), mean(cast(hits, 'float32'))]);
  });
  const [logLoss = NaN, accuracy = NaN] = await measured.data();
  measured.dispose();
  return { logLoss, accuracy };
}
