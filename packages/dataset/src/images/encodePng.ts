import { rawPicture } from './rawPicture.js';
import type { RgbImage } from './RgbImage.js';

/**
 * Encodes a picture as PNG, without loss.
 *
 * @param image - RGB bytes
 * @returns the bytes of a PNG file
 * @throws `RangeError` when the bytes do not fit width and height
 */
export async function encodePng(image: RgbImage): Promise<Uint8Array> {
  return new Uint8Array(await rawPicture(image).png().toBuffer());
}
