import type { FusionStrategy } from '../config/FusionStrategy.js';
import type { MultimodalSentimentConfig } from '../config/MultimodalSentimentConfig.js';
import { ConcatenationFusion } from './ConcatenationFusion.js';
import { CrossAttentionFusion } from './CrossAttentionFusion.js';
import type { EncoderSizes } from './EncoderSizes.js';
import type { Fusion } from './Fusion.js';
import { ImageOnlyFusion } from './ImageOnlyFusion.js';
import { PooledCrossAttentionFusion } from './PooledCrossAttentionFusion.js';
import { TextOnlyFusion } from './TextOnlyFusion.js';

/** Builds the fusion that the config names. */
export function createFusion(config: MultimodalSentimentConfig, sizes: EncoderSizes, seed: number): Fusion {
  const makers: Record<FusionStrategy, () => Fusion> = {
    'cross-attention': () => new CrossAttentionFusion(config, sizes, seed),
    'pooled-cross-attention': () => new PooledCrossAttentionFusion(config, sizes, seed),
    concatenation: () => new ConcatenationFusion(sizes),
    'text-only': () => new TextOnlyFusion(sizes),
    'image-only': () => new ImageOnlyFusion(sizes),
  };
  return makers[config.fusionStrategy]();
}
