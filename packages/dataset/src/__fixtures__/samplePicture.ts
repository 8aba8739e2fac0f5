import type { RgbImage } from '../images/RgbImage.js';

/** A picture whose pixels all differ from their neighbours. */
export function samplePicture(width: number, height: number, shift = 0): RgbImage {
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 37 + (i >> 3) * 11 + shift) % 256);
  return { data, width, height };
}
