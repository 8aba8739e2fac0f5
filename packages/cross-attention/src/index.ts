export { type AttentionGate } from './assertAttentionOptions.js';
export {
  CrossModalAttention,
  type CrossModalAttentionInputs,
  type CrossModalAttentionOptions,
  type CrossModalAttentionOutput,
} from './CrossModalAttention.js';
export {
  PooledCrossModalAttention,
  type PooledCrossModalAttentionInputs,
  type PooledCrossModalAttentionOptions,
  type PooledCrossModalAttentionOutput,
} from './PooledCrossModalAttention.js';
export { ProjectionLayer, type ProjectionLayerOptions } from './ProjectionLayer.js';
export { registerLayers } from './registerLayers.js';
export { SingleKeyError } from './SingleKeyError.js';
