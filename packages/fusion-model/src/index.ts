export {
  type EncoderNeeds,
  type FeatureNeeds,
  fusionFeatures,
  type FusionStrategy,
  fusionStrategies,
  isFusionStrategy,
} from './config/FusionStrategy.js';
export { type MultimodalSentimentConfig, type MultimodalSentimentOptions } from './config/MultimodalSentimentConfig.js';

export { type ImageEncoder, type ImageEncoderInputs, type ImageEncoderOutput } from './encoders/ImageEncoder.js';
export { type TextEncoder, type TextEncoderInputs, type TextEncoderOutput } from './encoders/TextEncoder.js';

export { type FusionInputs, type ImageFeatures, type TextFeatures } from './fusion/Fusion.js';

export { type ImageReliance, type ImageReplacement, measureImageReliance } from './measureImageReliance.js';

export { type EncoderLoader, type EncoderLoaders } from './model/loadParts.js';
export { type EncoderInputs, type MultimodalSentimentInputs } from './model/MultimodalSentimentInputs.js';
export {
  MultimodalSentimentModel,
  type MultimodalSentimentModelOptions,
  type MultimodalSentimentOutput,
} from './model/MultimodalSentimentModel.js';
