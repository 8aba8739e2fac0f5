import type { TrainConfig } from '../config/TrainConfig.js';
import type { Environment } from '../run/environment.js';
import type { RunEncoders } from '../encoders/RunEncoders.js';
import type { RunFeatures } from '../features/RunFeatures.js';
import type { OnRunEvent } from '../run/RunEvent.js';
import type { RunFolder } from '../run/RunFolder.js';
import type { PreparedData } from './PreparedData.js';

/** What the end of a run needs to know. */
export interface FinishOptions {
  readonly folder: RunFolder;
  readonly config: TrainConfig;
  readonly environment: Environment;
  readonly data: PreparedData;
  /** Of the splits that are measured. */
  readonly features?: RunFeatures | undefined;
  /** Frozen ones, which training has left as they were. */
  readonly encoders?: RunEncoders | undefined;
  readonly onEvent: OnRunEvent;
}
