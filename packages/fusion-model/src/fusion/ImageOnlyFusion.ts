import { Module } from '@crossmodal/layers';
import type { EncoderSizes } from './EncoderSizes.js';
import type { Fusion, FusionInputs, FusionOutput } from './Fusion.js';
import { normalizedImage } from './normalizedImage.js';

/** Features: the L2-normalised image vector. It has no parameters. */
export class ImageOnlyFusion extends Module implements Fusion {
  readonly featureSize: number;

  constructor({ imageSize }: EncoderSizes) {
    super();
    this.featureSize = imageSize;
  }

  call(inputs: FusionInputs): FusionOutput {
    return this.run(() => ({ features: normalizedImage(inputs.image, 'ImageOnlyFusion') }));
  }
}
