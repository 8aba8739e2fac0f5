import { rawPicture } from './rawPicture.js';
import type { RgbImage } from './RgbImage.js';

/**
 * Encodes a picture as JPEG with full colour resolution.
 *
 * @param image - RGB bytes
 * @param options - `quality` from 1 to 100, default 90
 * @returns the bytes of a JPEG file
 * @throws `RangeError` when the bytes do not fit width and height, or for a quality out of range
 */
export async function encodeJpeg(image: RgbImage, options: { readonly quality?: number } = {}): Promise<Uint8Array> {
  const { quality = 90 } = options;
  if (!Number.isInteger(quality) || quality < 1 || quality > 100) {
    throw new RangeError(`encodeJpeg: quality must be a whole number from 1 to 100, got ${quality}.`);
  }
  return new Uint8Array(await rawPicture(image).jpeg({ quality, chromaSubsampling: '4:4:4' }).toBuffer());
}
