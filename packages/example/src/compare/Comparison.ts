import type { Measured } from '../pipeline/measure.js';
import type { FinishedRun } from './trainInProcess.js';

/** Accuracy of one group of test rows, per model, and the paired difference of the first model to each other one. */
export interface GroupComparison {
  readonly group: string;
  readonly samples: number;
  readonly accuracy: Readonly<Record<string, Measured>>;
  /** Accuracy of the first model minus that of the named one on the same rows. */
  readonly differenceTo: Readonly<Record<string, Measured>>;
}

/** The result of `crossmodal train --compare`. */
export interface Comparison {
  readonly path: string;
  readonly model: string;
  readonly runs: Readonly<Record<string, FinishedRun>>;
  readonly groups: readonly GroupComparison[];
  /** The same as a table for the terminal. */
  readonly text: string;
}
