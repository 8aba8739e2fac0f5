import { type Variable } from '@tensorflow/tfjs-core';
import { type TrainingProgress } from '../loop/TrainingProgress.js';
import { type Optimizer } from '../optimizers/Optimizer.js';
import { type CheckpointStore } from './CheckpointStore.js';
import { type RunSettings } from './progressFile.js';
import { trainingStateFiles } from './trainingState.js';

/** What belongs into every checkpoint of a run, and where it goes. */
export interface CheckpointWriterStart {
  readonly store: CheckpointStore | undefined;
  readonly settings: RunSettings;
  readonly parameters: ReadonlyMap<string, Variable>;
  readonly optimizer: Optimizer;
  readonly progress: TrainingProgress;
  /** The checkpoint the run continues from. */
  readonly resumedFrom: string | undefined;
}

/** What was saved. */
export interface SavedCheckpoint {
  readonly path: string;
  /** Why an old one could not be removed. */
  readonly removalFailure: unknown;
}

/** Saves a run as it stands. */
export class CheckpointWriter {
  readonly #start: CheckpointWriterStart;
  #last: string | undefined;
  /** Where the run stood at the last checkpoint of this store. */
  #saved: string | undefined;

  constructor(start: CheckpointWriterStart) {
    const { store, resumedFrom } = start;
    this.#start = start;
    this.#last = resumedFrom;
    if (resumedFrom !== undefined && store?.contains(resumedFrom)) this.#saved = this.#position();
  }

  /** Folder of the last checkpoint; `undefined` when nothing is saved. */
  get last(): string | undefined {
    return this.#last;
  }

  /**
   * Saves a checkpoint, then moves the pointers, then removes old ones. Where nothing happened since the last one, it does nothing.
   *
   * @param isBest - whether the last epoch is the best; the progress then gets to know the folder
   * @returns what was saved, if anything
   */
  async save(isBest: boolean): Promise<SavedCheckpoint | undefined> {
    const { store, settings, parameters, optimizer, progress } = this.#start;
    if (!store || this.#saved === this.#position()) return undefined;
    const path = await store.pathFor(progress.step);
    if (isBest && progress.best) progress.best = { ...progress.best, checkpoint: path };
    await store.save(path, trainingStateFiles({ settings, progress, parameters, optimizer }, path));
    this.#last = path;
    this.#saved = this.#position();
    const pointers = { last: path, best: progress.best?.checkpoint };
    await store.point(pointers);
    return { path, removalFailure: await store.rotate(progress.step, pointers) };
  }

  #position(): string {
    const { epoch, batch } = this.#start.progress;
    return `${epoch}/${batch}`;
  }
}
