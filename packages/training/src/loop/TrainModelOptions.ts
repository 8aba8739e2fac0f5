import { type FileSystem } from '@crossmodal/weights';
import { type Scalar, type Variable } from '@tensorflow/tfjs-core';
import { type Optimizer } from '../optimizers/Optimizer.js';
import { type Schedule } from '../schedules/Schedule.js';
import { type TrainingEvent } from './TrainingEvent.js';

/** What the loop needs of a model; every `Module` of `@crossmodal/layers` is one. */
export interface TrainableModel {
  /** Switches dropout on. */
  train(): unknown;
  /** Switches dropout off. */
  eval(): unknown;
  /** Every parameter by path; those with `trainable = false` are not trained. */
  namedParameters(): ReadonlyMap<string, Variable>;
}

/** What a loss gets beside its batch; `T` is what `batchTensors` gives. */
export interface LossContext<T = undefined> {
  /** Seed of this batch's dropout: a function of the run's seed, the epoch and the batch's place in it. */
  readonly seed: number;
  /** The tensors of the batch; they stay the loop's. */
  readonly tensors: T;
}

/** Which metric decides what the best epoch is, and when to give up. */
export interface EarlyStopping {
  /** A key of what `evaluate` returns. */
  readonly metric: string;
  /** Whether larger or smaller is better. */
  readonly mode: 'max' | 'min';
  /** Stop after so many epochs in a row without a better value, at least 1; default: never. */
  readonly patience?: number | undefined;
}

/** Where a run stands. */
export interface TrainingPlace {
  /** The update that is under way; counts from 1. */
  readonly step: number;
  /** Folder of the last checkpoint, if there is one. */
  readonly lastCheckpoint: string | undefined;
}

/** Where and how checkpoints are saved: at the end of each epoch, and when the run is stopped inside one. */
export interface CheckpointOptions {
  /** Gets `step-000300/` and so on, `best.json` and `last.json`. */
  readonly directory: string;
  /** How many checkpoints stay beside the best and the last, from 0; default 2. */
  readonly keep?: number | undefined;
  /** Also save after so many updates, at least 1: what a crash, or a GPU that goes away, can cost at most. Default: only at the end of epochs. */
  readonly everySteps?: number | undefined;
  /** Writes the model as a folder to a path at which nothing exists yet. */
  save(path: string): Promise<void>;
  /** Default: this machine's. */
  readonly fileSystem?: FileSystem | undefined;
}

/** Options of {@link trainModel}; `B` is whatever a batch is, `T` an object of its tensors. */
export interface TrainModelOptions<B, T = undefined> {
  /** Trained in place, and in evaluation mode afterwards. */
  readonly model: TrainableModel;
  /** Made for the same parameters. It stays the caller's. */
  readonly optimizer: Optimizer;
  /** Factor of the learning rate by step; default: always 1. */
  readonly schedule?: Schedule | undefined;
  /** Passes over the data, at least 1. */
  readonly epochs: number;
  /** Batches in an epoch, at least 1. */
  readonly stepsPerEpoch: number;
  /** Integer; the same seed gives the same run. */
  readonly seed: number;
  /** Largest norm of all gradients together, above 0; default: not clipped. */
  readonly maxGradNorm?: number | undefined;
  /** Batches per update, at least 1; default 1. The rest of an epoch that fills no window is an update of its own. */
  readonly gradientAccumulationSteps?: number | undefined;
  /** The batches of an epoch, which counts from 0. Must be the same at each call. */
  trainBatches(epoch: number): AsyncIterable<B> | Iterable<B>;
  /** Samples in a batch, at least 1: the weight of its loss. */
  batchSize(batch: B): number;
  /** Names of the samples, for messages. */
  sampleIds(batch: B): readonly string[];
  /**
   * The tensors of a batch, with the same names each time; the loop disposes them.
   *
   * Whoever gives them promises that the loss depends on nothing else but the parameters and the seed. A backend that can then computes a step as one
   * graph, see {@link CapturedGradients}. Default: none.
   */
  readonly batchTensors?: ((batch: B) => T) | undefined;
  /** Mean loss of a batch; its intermediate tensors are disposed. */
  computeLoss(batch: B, context: LossContext<T>): Scalar;
  /** Metrics by name after an epoch; the model is in evaluation mode. Default: none. */
  readonly evaluate?: (() => Promise<Readonly<Record<string, number>>>) | undefined;
  /** Default: no epoch is better than another. */
  readonly earlyStopping?: EarlyStopping | undefined;
  /** Default: nothing is saved. */
  readonly checkpoint?: CheckpointOptions | undefined;
  /** Stop before the next batch after so many milliseconds of this call, above 0; default: never. */
  readonly maxTimeMs?: number | undefined;
  /** Stop before the next batch when it is aborted. */
  readonly signal?: AbortSignal | undefined;
  /** Checkpoint folder to continue from. */
  readonly resumeFrom?: string | undefined;
  /**
   * Rejects when the backend cannot be trusted any more, such as a GPU that was lost. Asked before each update, before what was measured or is saved counts,
   * and when something else fails: its error then takes the place of that one. Default: backends do not fail.
   */
  readonly assertBackend?: ((place: TrainingPlace) => Promise<void>) | undefined;
  /** What else a resumed run must share with the first one, such as a hash of its data; default: nothing. */
  readonly identity?: Readonly<Record<string, string | number | boolean>> | undefined;
  /** Whether to continue though settings differ; default false. */
  readonly forceResume?: boolean | undefined;
  /** Hears what happens. It must not throw. */
  readonly onEvent?: ((event: TrainingEvent) => void) | undefined;
  /** Milliseconds from any origin; default `performance.now`. */
  readonly now?: (() => number) | undefined;
}
