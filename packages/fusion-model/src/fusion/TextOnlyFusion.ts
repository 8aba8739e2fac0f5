import { Module } from '@crossmodal/layers';
import { clone } from '@tensorflow/tfjs-core';
import type { EncoderSizes } from './EncoderSizes.js';
import type { Fusion, FusionInputs, FusionOutput } from './Fusion.js';
import { requireSide } from './requireSide.js';

/** Features: the text's pooled vector. It has no parameters. */
export class TextOnlyFusion extends Module implements Fusion {
  readonly featureSize: number;

  constructor({ textSize }: EncoderSizes) {
    super();
    this.featureSize = textSize;
  }

  call(inputs: FusionInputs): FusionOutput {
    const text = requireSide(inputs.text, 'text', 'TextOnlyFusion');
    return this.run(() => ({ features: clone(text.poolerOutput) }));
  }
}
