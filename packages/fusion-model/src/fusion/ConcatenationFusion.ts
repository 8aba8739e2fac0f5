import { Module } from '@crossmodal/layers';
import { concat } from '@tensorflow/tfjs-core';
import type { EncoderSizes } from './EncoderSizes.js';
import type { Fusion, FusionInputs, FusionOutput } from './Fusion.js';
import { normalizedImage } from './normalizedImage.js';
import { requireFeature } from './requireFeature.js';

/** Features: the text's pooled vector, then the L2-normalised image vector. It has no parameters. */
export class ConcatenationFusion extends Module implements Fusion {
  readonly featureSize: number;

  constructor({ textSize, imageSize }: EncoderSizes) {
    super();
    this.featureSize = textSize + imageSize;
  }

  call(inputs: FusionInputs): FusionOutput {
    const where = 'ConcatenationFusion';
    const poolerOutput = requireFeature(inputs.text?.poolerOutput, 'text.poolerOutput', where);
    return this.run(() => ({ features: concat([poolerOutput, normalizedImage(inputs.image, where)], 1) }));
  }
}
