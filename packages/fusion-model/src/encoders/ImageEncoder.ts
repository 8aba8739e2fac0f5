import type { CallContext, Module } from '@crossmodal/layers';
import type { Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';

/** What an image encoder is called with. */
export interface ImageEncoderInputs {
  /** `[B, height, width, 3]` float32 */
  readonly pixelValues: Tensor4D;
}

/** What an image encoder returns; the caller disposes the tensors. */
export interface ImageEncoderOutput {
  /** `[B, P, D]` float32: patch states after the final layer norm, without the class token. */
  readonly patchStates: Tensor3D;
  /** `[B, projectionDim]` float32: the image as one projected vector. */
  readonly imageEmbeds: Tensor2D;
}

/** The part of an image encoder that this package uses; `ClipVisionEncoder` of `@crossmodal/image-encoder` has it. */
export interface ImageEncoder extends Module {
  /** Size of each patch state. */
  readonly hiddenSize: number;
  /** Size of `imageEmbeds`. */
  readonly projectionDim: number;
  /** Runs the encoder; the results are the caller's. In training mode `context` holds the step's seed. */
  call(inputs: ImageEncoderInputs, context?: CallContext): ImageEncoderOutput;
  /** The files of a checkpoint folder from which it can be loaded again, by name. */
  files(): Promise<ReadonlyMap<string, Uint8Array | string>>;
}
