import { type CheckpointWriter } from '../checkpoints/CheckpointWriter.js';
import { type EpochRecord } from './EpochRecord.js';
import { type EpochTrainer } from './EpochTrainer.js';
import { type StopConditions } from './StopConditions.js';
import { type TrainingProgress } from './TrainingProgress.js';
import { type StopReason, type TrainingResult } from './TrainingResult.js';
import { type TrainModelOptions } from './TrainModelOptions.js';
import { updateBest } from './updateBest.js';

/** The parts of a run. */
export interface TrainingRunStart<B, T> {
  readonly options: TrainModelOptions<B, T>;
  readonly progress: TrainingProgress;
  readonly stop: StopConditions;
  readonly trainer: EpochTrainer<B, T>;
  readonly writer: CheckpointWriter;
  /** Rejects when the backend failed. */
  assertBackend(): Promise<void>;
}

/** Epochs: updates, an evaluation, a checkpoint, until there is a reason to stop. */
export class TrainingRun<B, T> {
  readonly #start: TrainingRunStart<B, T>;

  constructor(start: TrainingRunStart<B, T>) {
    this.#start = start;
  }

  /** Trains; the model is in evaluation mode afterwards, whatever happens. */
  async run(): Promise<TrainingResult> {
    const { options, progress, stop, writer } = this.#start;
    try {
      let stoppedBy = this.#patienceIsOver();
      while (stoppedBy === undefined && progress.epoch < options.epochs) stoppedBy = await this.#runEpoch();
      return {
        stoppedBy: stoppedBy ?? 'epochs',
        epochsDone: progress.epoch,
        step: progress.step,
        elapsedMs: stop.elapsedMs,
        best: progress.best,
        lastCheckpoint: writer.last,
        history: progress.history,
      };
    } catch (error) {
      // What a failed backend gives looks like any error.
      await this.#start.assertBackend();
      throw error;
    } finally {
      this.#start.trainer.dispose();
      options.model.eval();
    }
  }

  async #runEpoch(): Promise<StopReason | undefined> {
    const { options, progress, stop, trainer } = this.#start;
    const stopped = progress.batch < options.stepsPerEpoch ? await trainer.train(() => this.#afterUpdate()) : undefined;
    // An evaluation may take long, and a resumed run makes up for it.
    const stoppedBy = stopped ?? (stop.aborted() ? 'signal' : undefined);
    if (stoppedBy !== undefined) {
      await this.#checkpoint(false);
      return stoppedBy;
    }
    await this.#checkpoint(await this.#finishEpoch());
    return this.#patienceIsOver();
  }

  async #finishEpoch(): Promise<boolean> {
    const { options, progress, stop } = this.#start;
    const { evaluate, earlyStopping, optimizer, schedule } = options;
    const startedAtMs = stop.now();
    options.model.eval();
    const validation = (await evaluate?.()) ?? {};
    await this.#start.assertBackend();
    const isBest = earlyStopping !== undefined && updateBest(progress, validation, earlyStopping);
    const record: EpochRecord = {
      epoch: progress.epoch,
      trainLoss: progress.lossSum / progress.samples,
      validation,
      learningRate: optimizer.learningRate * (schedule?.(progress.step - 1) ?? 1),
      seconds: (progress.trainingMs + stop.now() - startedAtMs) / 1000,
      samplesPerSecond: progress.trainingMs > 0 ? (progress.samples * 1000) / progress.trainingMs : 0,
      isBest,
    };
    progress.history = [...progress.history, record];
    progress.epoch += 1;
    Object.assign(progress, { batch: 0, samples: 0, lossSum: 0, trainingMs: 0 });
    options.onEvent?.({ type: 'epoch', epochs: options.epochs, ...record });
    return isBest;
  }

  async #afterUpdate(): Promise<void> {
    const { options, progress } = this.#start;
    const { everySteps } = options.checkpoint ?? {};
    if (everySteps !== undefined && progress.step % everySteps === 0) await this.#checkpoint(false);
  }

  async #checkpoint(isBest: boolean): Promise<void> {
    const { options, progress, writer } = this.#start;
    // The last update may have failed, which is known only now.
    await this.#start.assertBackend();
    const saved = await writer.save(isBest);
    if (saved) options.onEvent?.({ type: 'checkpoint', ...saved, step: progress.step, isBest });
  }

  #patienceIsOver(): StopReason | undefined {
    const { options, progress } = this.#start;
    return progress.epochsSinceBest >= (options.earlyStopping?.patience ?? Infinity) ? 'patience' : undefined;
  }
}
