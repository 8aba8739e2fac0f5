export { assertDivisible, assertRank, assertShape, ShapeError, type ShapeMismatch } from './checks/ShapeError.js';

export { activation, type ActivationName, activationNames } from './ops/activation.js';
export { attention, type AttentionInputs, type AttentionResult } from './ops/attention.js';
export { dropout } from './ops/dropout.js';
export { embeddingLookup } from './ops/embeddingLookup.js';
export { runFusedKernel } from './ops/fusedKernel.js';
export { gelu } from './ops/gelu.js';
export { geluTanh } from './ops/geluTanh.js';
export { l2Normalize } from './ops/l2Normalize.js';
export { layerNorm } from './ops/layerNorm.js';
export { linear } from './ops/linear.js';
export { maskedMean } from './ops/maskedMean.js';
export { maskedBias, maskToBias } from './ops/maskToBias.js';
export { mergeHeads } from './ops/mergeHeads.js';
export { quickGelu } from './ops/quickGelu.js';
export { relu } from './ops/relu.js';
export { softmaxCrossEntropy, type SoftmaxCrossEntropyOptions } from './ops/softmaxCrossEntropy.js';
export { splitHeads } from './ops/splitHeads.js';

export { enableGradientCheckpointing } from './gradients/enableGradientCheckpointing.js';
export { gradientCheckpoint } from './gradients/gradientCheckpoint.js';
export { withEarlyRelease } from './gradients/withEarlyRelease.js';

export { Dropout } from './modules/Dropout.js';
export { Embedding, type EmbeddingOptions } from './modules/Embedding.js';
export {
  EncoderBlock,
  type EncoderBlockContext,
  type EncoderBlockOptions,
  type EncoderBlockResult,
} from './modules/EncoderBlock.js';
export { LayerNorm } from './modules/LayerNorm.js';
export { Linear, type LinearOptions } from './modules/Linear.js';
export { type CallContext, Module } from './modules/Module.js';
export { PostNormBlock, type PostNormBlockOptions, type PostNormPaths } from './modules/PostNormBlock.js';
export { PreNormBlock, type PreNormBlockOptions, type PreNormPaths } from './modules/PreNormBlock.js';

export { addLora, type LoraOptions } from './adapters/addLora.js';
export { countBlocks } from './adapters/countBlocks.js';
export { encoderPlace, type EncoderPlace } from './adapters/encoderPlace.js';
export { freezeEmbeddings } from './adapters/freezeEmbeddings.js';
export { LoraAdapter, type LoraAdapterOptions } from './adapters/LoraAdapter.js';
export { mergeLora } from './adapters/mergeLora.js';
export { readLora } from './adapters/readLora.js';
export { trainLastBlocks } from './adapters/trainLastBlocks.js';

export { assignParameters, type ParameterValues } from './parameters/assignParameters.js';
export { loadParameters, type OwnedValues, type ParameterSource } from './parameters/loadParameters.js';
export { parameterShapes } from './parameters/parameterShapes.js';
export { readParameters } from './parameters/readParameters.js';
export { type ParameterData } from './parameters/readValues.js';

export { deriveSeed, type SeedKeys, uniformAt } from './random/deriveSeed.js';
export {
  type Initializer,
  kaimingUniform,
  normalInitializer,
  ones,
  xavierUniform,
  zeros,
} from './random/initializers.js';
export { SeedTrace } from './random/SeedTrace.js';
