import type { CallContext, Module } from '@crossmodal/layers';
import type { Tensor1D, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';

/** A text as its encoder returned it; a strategy needs only what `fusionFeatures` lists. */
export interface TextFeatures {
  /** `[B, T, D]` float32 */
  readonly lastHiddenState?: Tensor3D | undefined;
  /** `[B, D]` float32 */
  readonly poolerOutput?: Tensor2D | undefined;
  /** `[B, T]`, 1 = a token that counts; default: all count. */
  readonly attentionMask?: Tensor2D | undefined;
}

/** An image as its encoder returned it; a strategy needs only what `fusionFeatures` lists. */
export interface ImageFeatures {
  /** `[B, P, D]` float32: without the class token. */
  readonly patchStates?: Tensor3D | undefined;
  /** `[B, E]` float32, not yet normalised. */
  readonly imageEmbeds?: Tensor2D | undefined;
  /** `[B]`, 0 = this sample has no image; default: all have one. */
  readonly imageMask?: Tensor1D | undefined;
}

/** What encoders make of a batch and a fusion combines: the sides that are there. */
export interface FusionInputs {
  readonly text?: TextFeatures | undefined;
  readonly image?: ImageFeatures | undefined;
}

/** What a fusion returns; the caller disposes the tensors. */
export interface FusionOutput {
  /** `[B, featureSize]` float32: what the classifier sees. */
  readonly features: Tensor2D;
  /** `[B, H, T, P]` float32, from strategies that attend. */
  readonly crossAttentions?: Tensor4D;
  /** `[B, H, T]` float32, with a null key. */
  readonly nullAttention?: Tensor3D;
}

/** One way to combine text and image into a feature vector. */
export interface Fusion extends Module {
  /** Size of `features`. */
  readonly featureSize: number;
  call(inputs: FusionInputs, context?: CallContext): FusionOutput;
}
