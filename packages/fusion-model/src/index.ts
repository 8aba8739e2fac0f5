export { type FusionStrategy, fusionStrategies, type EncoderNeeds, isFusionStrategy } from './config/FusionStrategy.js';
export { type MultimodalSentimentConfig, type MultimodalSentimentOptions } from './config/MultimodalSentimentConfig.js';

export { type ImageEncoder, type ImageEncoderInputs, type ImageEncoderOutput } from './encoders/ImageEncoder.js';
export { type TextEncoder, type TextEncoderInputs, type TextEncoderOutput } from './encoders/TextEncoder.js';

export { type ImageReliance, type ImageReplacement, measureImageReliance } from './measureImageReliance.js';

export { type EncoderLoader, type EncoderLoaders } from './model/loadParts.js';
export {
  type MultimodalSentimentInputs,
  MultimodalSentimentModel,
  type MultimodalSentimentModelOptions,
  type MultimodalSentimentOutput,
} from './model/MultimodalSentimentModel.js';
