export { ConfigError } from './config/ConfigError.js';
export { type ConfigLayer, resolveConfig, type ResolvedConfig } from './config/resolveConfig.js';
export { type ConfigSource, type TrainConfig, type TrainConfigInput, trainConfigSchema } from './config/TrainConfig.js';

export { type EvaluateOptions, evaluateRun, type Evaluation } from './pipeline/evaluateRun.js';
export { explainOne, type ExplainOptions, type Explanation } from './pipeline/explainOne.js';
export { exportRun, type ExportedRun, type ExportRunOptions } from './pipeline/exportRun.js';
export { type ExplainedSample, type ExplainedWord } from './pipeline/explainSamples.js';
export { type RunMetrics } from './pipeline/formatMetrics.js';
export {
  loadPredictor,
  type LoadPredictorOptions,
  type PredictInput,
  type PredictOutput,
  type Predictor,
} from './pipeline/loadPredictor.js';
export { type Measured } from './pipeline/measure.js';
export { type DataAccount, type SkippedRow } from './pipeline/PreparedData.js';
export { resumeRun, train } from './pipeline/train.js';
export { type TrainOptions, type TrainResult } from './pipeline/TrainOptions.js';

export { type OnRunEvent, type RunEvent, type RunPhase } from './run/RunEvent.js';
