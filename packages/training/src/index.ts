export { CheckpointError } from './checkpoints/CheckpointError.js';

export { buildFeatures, type BuildFeaturesOptions, type FeatureProgress } from './features/buildFeatures.js';
export { FeatureCache, type FeatureCacheOptions } from './features/FeatureCache.js';
export { FeatureCacheError } from './features/FeatureCacheError.js';
export { type FeaturePrecision } from './features/featureChunk.js';
export { featureTensors, type FeatureTensor } from './features/featureTensors.js';
export { type PaddedFeature, padFeatures, type PadFeaturesOptions } from './features/padFeatures.js';
export { type SampleFeatures } from './features/SampleFeatures.js';
export { unpadFeatures } from './features/unpadFeatures.js';

export { accumulateGradients } from './gradients/accumulateGradients.js';
export { CapturedGradients, type StepInputs } from './gradients/CapturedGradients.js';
export { clipByGlobalNorm, type ClippedGradients, globalNorm } from './gradients/clipByGlobalNorm.js';
export { computeGradients, type LossAndGradients } from './gradients/computeGradients.js';

export {
  type CallInputs,
  CapturedFunction,
  type CapturedFunctionOptions,
  type NamedResults,
} from './graphs/CapturedFunction.js';
export {
  type CapturedGraph,
  type DropoutKeys,
  type GraphCapture,
  type GraphCapturingBackend,
} from './graphs/GraphCapturing.js';

export { type EpochRecord } from './loop/EpochRecord.js';
export { TrainingError, type TrainingFailure } from './loop/TrainingError.js';
export { type CheckpointEvent, type EpochEvent, type StepEvent, type TrainingEvent } from './loop/TrainingEvent.js';
export { type BestEpoch, type StopReason, type TrainingResult } from './loop/TrainingResult.js';
export { trainModel } from './loop/trainModel.js';
export {
  type CheckpointOptions,
  type EarlyStopping,
  type LossContext,
  type TrainableModel,
  type TrainingPlace,
  type TrainModelOptions,
} from './loop/TrainModelOptions.js';

export { crossEntropy, type CrossEntropyOptions } from './losses/crossEntropy.js';

export { AdamW, type AdamWOptions } from './optimizers/AdamW.js';
export { isBiasOrNormWeight } from './optimizers/isBiasOrNormWeight.js';
export { layerwiseLearningRate, type LayerwiseLearningRateOptions } from './optimizers/layerwiseLearningRate.js';
export { type Optimizer, type OptimizerStepOptions } from './optimizers/Optimizer.js';

export { constantSchedule } from './schedules/constantSchedule.js';
export { type Schedule, type ScheduleOptions } from './schedules/Schedule.js';
export { warmupCosineSchedule } from './schedules/warmupCosineSchedule.js';
export { warmupLinearSchedule } from './schedules/warmupLinearSchedule.js';
