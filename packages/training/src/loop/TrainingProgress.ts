import { type EpochRecord } from './EpochRecord.js';
import { type BestEpoch } from './TrainingResult.js';

/** Where a run stands. With the parameters and the optimizer's state it is all that a resumed run needs. */
export interface TrainingProgress {
  /** The epoch that is running, or comes next; from 0. */
  epoch: number;
  /** Batches of it that are in the weights; the end of an update. */
  batch: number;
  /** Updates. */
  step: number;
  /** Samples of this epoch so far, and the sum of their losses. */
  samples: number;
  lossSum: number;
  /** Training time of this epoch so far. */
  trainingMs: number;
  /** Its checkpoint is a name beside this run's others, or the whole path of one in another folder. */
  best: BestEpoch | undefined;
  /** Epochs in a row without a better value. */
  epochsSinceBest: number;
  history: EpochRecord[];
}

/** A run that has not begun. */
export function newProgress(): TrainingProgress {
  return {
    epoch: 0,
    batch: 0,
    step: 0,
    samples: 0,
    lossSum: 0,
    trainingMs: 0,
    best: undefined,
    epochsSinceBest: 0,
    history: [],
  };
}
