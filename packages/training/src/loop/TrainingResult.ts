import { type EpochRecord } from './EpochRecord.js';

/** The epoch with the best value of the metric. */
export interface BestEpoch {
  /** Counts from 0. */
  readonly epoch: number;
  /** Of the metric. */
  readonly value: number;
  /** Updates at its end. */
  readonly step: number;
  /** Its folder; `undefined` when nothing is saved. */
  readonly checkpoint: string | undefined;
}

/** Why a run ended: all epochs are done, no epoch was better for long enough, time is up, or the signal was aborted. */
export type StopReason = 'epochs' | 'patience' | 'time' | 'signal';

/** What {@link trainModel} gives back. */
export interface TrainingResult {
  readonly stoppedBy: StopReason;
  /** Whole epochs, those before a resume included. */
  readonly epochsDone: number;
  /** Updates, those before a resume included. */
  readonly step: number;
  /** Of this call. */
  readonly elapsedMs: number;
  /** `undefined` without `earlyStopping`, and as long as the metric was never a finite number. */
  readonly best: BestEpoch | undefined;
  /** The folder to resume from; `undefined` when nothing is saved. */
  readonly lastCheckpoint: string | undefined;
  /** All epochs, those before a resume included. */
  readonly history: readonly EpochRecord[];
}
