import { Module } from '@crossmodal/layers';
import { concat } from '@tensorflow/tfjs-core';
import type { EncoderSizes } from './EncoderSizes.js';
import type { Fusion, FusionInputs, FusionOutput } from './Fusion.js';
import { normalizedImage } from './normalizedImage.js';
import { requireSide } from './requireSide.js';

/** Features: the text's pooled vector, then the L2-normalised image vector. It has no parameters. */
export class ConcatenationFusion extends Module implements Fusion {
  readonly featureSize: number;

  constructor({ textSize, imageSize }: EncoderSizes) {
    super();
    this.featureSize = textSize + imageSize;
  }

  call(inputs: FusionInputs): FusionOutput {
    const text = requireSide(inputs.text, 'text', 'ConcatenationFusion');
    const image = requireSide(inputs.image, 'image', 'ConcatenationFusion');
    return this.run(() => ({ features: concat([text.poolerOutput, normalizedImage(image)], 1) }));
  }
}
