import { type Tensor4D } from '@tensorflow/tfjs-core';

/** What a vision encoder reads. */
export interface VisionInputs {
  /** `[B, imageSize, imageSize, 3]` float32, channels last, as the image processor prepares them. */
  readonly pixelValues: Tensor4D;
  /**
   * True takes `[B, height, width, 3]` of any size: position embeddings are interpolated for this call, bicubically. Sides need not be multiples of
   * `patchSize`, but pixels right of and below the last whole patch are not seen, as in Python. Default false: another size is an error.
   */
  readonly interpolatePosEncoding?: boolean | undefined;
}
