import { deriveSeed, Linear, Module, normalInitializer } from '@crossmodal/layers';
import { mean, reshape, type Tensor2D, type Tensor3D } from '@tensorflow/tfjs-core';
import type { ImageEncoder, ImageEncoderInputs, ImageEncoderOutput } from '../encoders/ImageEncoder.js';
import { filesOf } from './FakeTextEncoder.js';

/** Takes 4x4 images; each of the four pixel rows is a patch. */
export class FakeImageEncoder extends Module implements ImageEncoder {
  readonly hiddenSize: number;
  readonly projectionDim: number;
  /** How often it was run. */
  calls = 0;
  private readonly patches: Linear;
  private readonly projection: Linear;

  constructor({ hiddenSize = 5, projectionDim = 4, seed = 2 } = {}) {
    super();
    this.hiddenSize = hiddenSize;
    this.projectionDim = projectionDim;
    const initializer = normalInitializer(0.5);
    this.patches = this.child(
      'patches',
      new Linear(12, hiddenSize, { initializer, seed: deriveSeed(seed, 'patches') }),
    );
    this.projection = this.child(
      'projection',
      new Linear(hiddenSize, projectionDim, { initializer, bias: false, seed }),
    );
  }

  call({ pixelValues }: ImageEncoderInputs): ImageEncoderOutput {
    this.calls += 1;
    return this.run(() => {
      // Linear keeps the rank of its input.
      const patchStates = this.patches.call(reshape(pixelValues, [-1, 4, 12])) as Tensor3D;
      return { patchStates, imageEmbeds: this.projection.call(mean(patchStates, 1)) as Tensor2D };
    });
  }

  async files(): Promise<Map<string, Uint8Array | string>> {
    return filesOf(this);
  }
}
