import sharp, { type Sharp } from 'sharp';
import type { RgbImage } from './RgbImage.js';

/** Encodes a picture as PNG, without loss. */
export async function encodePng(image: RgbImage): Promise<Uint8Array> {
  return new Uint8Array(await raw(image).png().toBuffer());
}

/**
 * Encodes a picture as JPEG with full colour resolution.
 *
 * @param options - `quality` from 1 to 100, default 90
 */
export async function encodeJpeg(image: RgbImage, options: { readonly quality?: number } = {}): Promise<Uint8Array> {
  const { quality = 90 } = options;
  return new Uint8Array(await raw(image).jpeg({ quality, chromaSubsampling: '4:4:4' }).toBuffer());
}

/** Draws an SVG as PNG. Text must be paths: a bare machine has no fonts. */
export async function rasterizeSvg(svg: string): Promise<Uint8Array> {
  return new Uint8Array(await sharp(Buffer.from(svg)).png().toBuffer());
}

function raw({ data, width, height }: RgbImage): Sharp {
  if (data.length !== width * height * 3) {
    throw new RangeError(
      `encode: data must hold ${width * height * 3} bytes for ${width} x ${height}, got ${data.length}.`,
    );
  }
  return sharp(data, { raw: { width, height, channels: 3 } });
}
