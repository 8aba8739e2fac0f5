import { type Tensor2D, type Tensor3D } from '@tensorflow/tfjs-core';

/** What a text encoder gives back; new tensors, the caller disposes them. */
export interface TextOutputs {
  /** `[B, T, D]` float32: the state of each token, as Python returns it. */
  readonly lastHiddenState: Tensor3D;
  /** `[B, D]` float32: the text as one vector, made as the encoder's `pooling` says. */
  readonly poolerOutput: Tensor2D;
}
