import type { OnRunEvent } from '../run/RunEvent.js';
import type { RunMetrics } from './formatMetrics.js';
import type { DataAccount } from './PreparedData.js';

/** Options of {@link train}. */
export interface TrainOptions {
  /** Told about progress, epochs and warnings. */
  readonly onEvent?: OnRunEvent;
  /** Stops at the next step boundary, after saving. */
  readonly signal?: AbortSignal;
  /** Build everything, try one step, report its cost and leave nothing behind. */
  readonly dryRun?: boolean;
}

/** What a run left behind. */
export interface TrainResult {
  /** Absolute path of the run folder. */
  readonly path: string;
  /** split -> metric -> value and interval, as in `metrics.json`. */
  readonly metrics: RunMetrics;
  /** Path of the report, if one was written. */
  readonly reportPath: string | undefined;
  /** Why training ended. */
  readonly stoppedBy: string;
  /** Every row accounted for. */
  readonly data: DataAccount;
  /** Seconds from start to report. */
  readonly seconds: number;
}
