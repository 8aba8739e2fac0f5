/** Feature sizes of the encoders; 0 for one that is not there. */
export interface EncoderSizes {
  /** Size of token states and of the pooled text. */
  readonly textSize: number;
  /** Size of patch states. */
  readonly patchSize: number;
  /** Size of the projected image vector. */
  readonly imageSize: number;
}
