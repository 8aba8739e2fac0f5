/** What an encoder is made for. */
export interface PictureSize {
  /** Side of the square pictures in pixels. */
  readonly imageSize: number;
  /** Side of a patch in pixels. */
  readonly patchSize: number;
}

/** Whole patches per side. */
export function gridSizeOf({ imageSize, patchSize }: PictureSize): number {
  return Math.floor(imageSize / patchSize);
}
