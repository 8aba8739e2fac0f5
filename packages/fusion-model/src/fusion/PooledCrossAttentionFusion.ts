import { PooledCrossModalAttention } from '@crossmodal/cross-attention';
import { Module } from '@crossmodal/layers';
import { cast, concat, reshape } from '@tensorflow/tfjs-core';
import type { MultimodalSentimentConfig } from '../config/MultimodalSentimentConfig.js';
import type { EncoderSizes } from './EncoderSizes.js';
import type { Fusion, FusionInputs, FusionOutput } from './Fusion.js';
import { normalizedImage } from './normalizedImage.js';
import { requireFeature } from './requireFeature.js';

/**
 * The original recipe, literally: the pooled text attends to the one pooled, L2-normalised image vector.
 *
 * Features: the text's pooled vector, then the attended vector. The attention weight is identically 1; see
 * `PooledCrossModalAttention`.
 */
export class PooledCrossAttentionFusion extends Module implements Fusion {
  readonly featureSize: number;
  private readonly attention: PooledCrossModalAttention;

  constructor({ hiddenSize }: MultimodalSentimentConfig, { textSize, imageSize }: EncoderSizes, seed: number) {
    super();
    const attention = new PooledCrossModalAttention({ hiddenSize, seed });
    attention.build([
      [null, textSize],
      [null, imageSize],
    ]);
    this.attention = this.leaf('crossAttention', attention);
    this.featureSize = textSize + hiddenSize;
  }

  call(inputs: FusionInputs): FusionOutput {
    const where = 'PooledCrossAttentionFusion';
    const poolerOutput = requireFeature(inputs.text?.poolerOutput, 'text.poolerOutput', where);
    const imageMask = inputs.image?.imageMask;
    return this.run(() => {
      const { attended, crossAttentions } = this.attention.attend({
        query: poolerOutput,
        key: normalizedImage(inputs.image, where),
        keyMask: imageMask && reshape(cast(imageMask, 'float32'), [-1, 1]),
      });
      return { features: concat([poolerOutput, attended], 1), crossAttentions };
    });
  }
}
