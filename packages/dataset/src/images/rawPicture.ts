import sharp, { type Sharp } from 'sharp';
import type { RgbImage } from './RgbImage.js';

/** Hands a picture to sharp. @throws `RangeError` when its bytes do not fit its size */
export function rawPicture({ data, width, height }: RgbImage): Sharp {
  if (data.length !== width * height * 3) {
    throw new RangeError(
      `encode: data must hold ${width * height * 3} bytes for ${width} x ${height}, got ${data.length}.`,
    );
  }
  return sharp(data, { raw: { width, height, channels: 3 } });
}
