import type { TrainConfig } from '../config/TrainConfig.js';
import type { RunFeatures } from '../features/RunFeatures.js';
import type { OnRunEvent } from '../run/RunEvent.js';
import type { RunFolder } from '../run/RunFolder.js';
import type { BatchSource } from './sampleBatches.js';
import type { TokenCache } from './TokenCache.js';
import type { PreparedData } from './PreparedData.js';

/** What the end of a run needs to know. */
export interface FinishOptions {
  readonly folder: RunFolder;
  readonly config: TrainConfig;
  readonly data: PreparedData;
  /** As training had it: tokenizer, pictures and frozen encoders are what it left as they were. */
  readonly source: BatchSource;
  /** Of the splits that are measured; explaining looks at pictures that differ from these. */
  readonly features: RunFeatures;
  readonly tokens: TokenCache;
  readonly onEvent: OnRunEvent;
}
