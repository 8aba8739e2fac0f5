import { CrossModalAttention } from '@crossmodal/cross-attention';
import { type CallContext, deriveSeed, maskedMean, Module } from '@crossmodal/layers';
import {
  cast,
  concat,
  mean,
  mul,
  ones,
  reshape,
  type Tensor1D,
  type Tensor2D,
  type Tensor3D,
} from '@tensorflow/tfjs-core';
import type { MultimodalSentimentConfig } from '../config/MultimodalSentimentConfig.js';
import type { EncoderSizes } from './EncoderSizes.js';
import type { Fusion, FusionInputs, FusionOutput } from './Fusion.js';
import { requireFeature } from './requireFeature.js';

/**
 * Every word attends to the image's patches; the attended states are averaged over the words.
 *
 * Features: the text's pooled vector, then the attended mean. A sample without an image attends to nothing.
 */
export class CrossAttentionFusion extends Module implements Fusion {
  readonly featureSize: number;
  private readonly attention: CrossModalAttention;

  constructor(config: MultimodalSentimentConfig, { textSize, patchSize }: EncoderSizes, seed: number) {
    super();
    const { hiddenSize, numAttentionHeads, nullKey, gate, attentionDropout } = config;
    const attention = new CrossModalAttention({ hiddenSize, numAttentionHeads, nullKey, gate, attentionDropout, seed });
    attention.build([
      [null, null, textSize],
      [null, null, patchSize],
    ]);
    this.attention = this.leaf('crossAttention', attention);
    this.featureSize = textSize + hiddenSize;
  }

  call(inputs: FusionInputs, context?: CallContext): FusionOutput {
    const where = 'CrossAttentionFusion';
    const query = requireFeature(inputs.text?.lastHiddenState, 'text.lastHiddenState', where);
    const poolerOutput = requireFeature(inputs.text?.poolerOutput, 'text.poolerOutput', where);
    const key = requireFeature(inputs.image?.patchStates, 'image.patchStates', where);
    const queryMask = inputs.text?.attentionMask;
    return this.run(() => {
      const { attended, ...attentions } = this.attention.attend({
        query,
        key,
        queryMask,
        keyMask: patchMask(key, inputs.image?.imageMask),
        training: this.training,
        seed: context?.seed === undefined ? undefined : deriveSeed(context.seed, 'fusion.crossAttention'),
      });
      const pooled = meanOverWords(attended, queryMask); // [B, D]
      return { features: concat([poolerOutput, pooled], 1), ...attentions };
    });
  }
}

/** `[B, P]`: all patches of an image, or none. */
function patchMask(patchStates: Tensor3D, imageMask: Tensor1D | undefined): Tensor2D | undefined {
  if (!imageMask) return undefined;
  const [batch, patches] = patchStates.shape;
  return mul(ones([batch, patches]), reshape(cast(imageMask, 'float32'), [batch, 1]));
}

function meanOverWords(attended: Tensor3D, attentionMask: Tensor2D | undefined): Tensor2D {
  return attentionMask ? maskedMean(attended, attentionMask) : mean(attended, 1);
}
