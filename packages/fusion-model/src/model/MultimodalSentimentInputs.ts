import type { Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import type { ImageFeatures, TextFeatures } from '../fusion/Fusion.js';

/** What the encoders read of a batch. */
export interface EncoderInputs {
  /** `[B, T]` int32 */
  readonly inputIds?: Tensor2D | undefined;
  /** `[B, T]`, 1 = a token that counts. Default: all count. */
  readonly attentionMask?: Tensor2D | undefined;
  /** `[B, T]` int32. Default: what the text encoder takes. */
  readonly tokenTypeIds?: Tensor2D | undefined;
  /** `[B, height, width, 3]` float32 */
  readonly pixelValues?: Tensor4D | undefined;
  /** `[B]`, 0 = this sample has no image, whatever its pixels hold. Default: all have one. */
  readonly imageMask?: Tensor1D | undefined;
}

/** One batch; what the strategy does not use may be left out and is not looked at. */
export interface MultimodalSentimentInputs extends EncoderInputs {
  /** The text as `encode` gave it, with its mask, instead of `inputIds`: the text encoder is not run. */
  readonly textFeatures?: TextFeatures | undefined;
  /** The image as `encode` gave it, with its mask, instead of `pixelValues`: the image encoder is not run. */
  readonly imageFeatures?: ImageFeatures | undefined;
}
