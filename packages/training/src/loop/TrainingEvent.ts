import { type EpochRecord } from './EpochRecord.js';

/** The weights were updated. */
export interface StepEvent {
  readonly type: 'step';
  /** Updates so far, this one included. */
  readonly step: number;
  /** Updates of the whole run. */
  readonly totalSteps: number;
  /** Counts from 0. */
  readonly epoch: number;
  /** Mean over the samples of this step. */
  readonly loss: number;
  readonly learningRate: number;
  /** Norm of all gradients before clipping. */
  readonly gradNorm: number;
  /** Samples in this step. */
  readonly samples: number;
}

/** An epoch is over and evaluated. */
export interface EpochEvent extends EpochRecord {
  readonly type: 'epoch';
  /** Epochs of the whole run. */
  readonly epochs: number;
}

/** A checkpoint is on the disk, and the pointers name it. */
export interface CheckpointEvent {
  readonly type: 'checkpoint';
  /** Its folder. */
  readonly path: string;
  /** Updates so far. */
  readonly step: number;
  /** Whether it is the best so far. */
  readonly isBest: boolean;
  /** Why an old checkpoint could not be removed, which is tried again after the next one; `undefined` when all went well. */
  readonly removalFailure: unknown;
}

/** What a listener hears. */
export type TrainingEvent = StepEvent | EpochEvent | CheckpointEvent;
