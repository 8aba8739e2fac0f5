/** Why an image cannot be used. */
export type ImageErrorReason = 'missing' | 'not a file' | 'too large' | 'unsupported format' | 'unreadable';

/** An image that is missing or cannot be decoded. */
export class ImageError extends Error {
  override readonly name = 'ImageError';

  /**
   * @param path - the image
   * @param reason - in a few words that can be counted
   * @param detail - what was found
   */
  constructor(
    readonly path: string,
    readonly reason: ImageErrorReason,
    detail: string,
    options?: ErrorOptions,
  ) {
    super(`image ${path}: ${reason}: ${detail}.`, options);
  }
}
