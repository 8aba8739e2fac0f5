import { Module } from '@crossmodal/layers';
import { clone } from '@tensorflow/tfjs-core';
import type { EncoderSizes } from './EncoderSizes.js';
import type { Fusion, FusionInputs, FusionOutput } from './Fusion.js';
import { requireFeature } from './requireFeature.js';

/** Features: the text's pooled vector. It has no parameters. */
export class TextOnlyFusion extends Module implements Fusion {
  readonly featureSize: number;

  constructor({ textSize }: EncoderSizes) {
    super();
    this.featureSize = textSize;
  }

  call(inputs: FusionInputs): FusionOutput {
    const poolerOutput = requireFeature(inputs.text?.poolerOutput, 'text.poolerOutput', 'TextOnlyFusion');
    return this.run(() => ({ features: clone(poolerOutput) }));
  }
}
