import sharp from 'sharp';
import { ImageError } from '../errors/ImageError.js';
import { cmykToRgb } from './cmykToRgb.js';
import { decodeError } from './decodeError.js';
import { readImageFile } from './imageFile.js';
import type { ImageFormat } from './sniffFormat.js';
import type { RgbImage } from './RgbImage.js';
import { sharpOptions, type DecodeOptions } from './sharpOptions.js';

/** Seconds after which decoding one picture is given up. */
const TIMEOUT_SECONDS = 30;

/**
 * Decodes an image file to RGB bytes.
 *
 * JPEG, PNG, WebP, GIF (first frame), TIFF (first page) and AVIF, told by their content. EXIF orientation is applied; colour
 * profiles are ignored and transparency is dropped, as Pillow's `convert("RGB")` does; 16-bit values lose their lower
 * byte; greyscale is repeated; CMYK is converted without a profile. The bytes equal those of Pillow 13.0.0
 * in all of these (`fixtures/images.json`); lossy WebP and AVIF are not compared.
 *
 * @param path - image file
 * @param options - `maxPixels`, default 50 million
 * @throws {@link ImageError} when the file is missing, too large, of another format or damaged
 */
export async function decodeImage(path: string, options: DecodeOptions = {}): Promise<RgbImage> {
  const { bytes, format } = await readImageFile(path);
  try {
    const isCmyk = await hasCmyk(bytes, format, options);
    const oriented = sharp(bytes, sharpOptions(options)).timeout({ seconds: TIMEOUT_SECONDS }).autoOrient();
    const coloured = isCmyk
      ? oriented.pipelineColourspace('cmyk').toColourspace('cmyk')
      : oriented.toColourspace('srgb').removeAlpha();
    const { data, info } = await coloured.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
    const rgb = isCmyk && info.channels === 4 ? cmykToRgb(data) : toRgb(data, info.channels);
    if (rgb) return { data: rgb, width: info.width, height: info.height };
    throw new ImageError(path, 'unreadable', `${format}: expected 1 or 3 channels, got ${info.channels}`);
  } catch (error) {
    throw error instanceof ImageError ? error : decodeError(path, format, error);
  }
}

/** Only these two formats can hold CMYK. */
async function hasCmyk(bytes: Uint8Array, format: ImageFormat, options: DecodeOptions): Promise<boolean> {
  if (format !== 'jpeg' && format !== 'tiff') return false;
  return (await sharp(bytes, sharpOptions(options)).metadata()).space === 'cmyk';
}

/** Greyscale pictures come with one channel. */
function toRgb(data: Buffer, channels: number): Uint8Array | undefined {
  if (channels === 3) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  if (channels !== 1) return undefined;
  const rgb = new Uint8Array(data.byteLength * 3);
  for (let from = 0; from < data.byteLength; from++) rgb.fill(data[from] ?? 0, from * 3, from * 3 + 3);
  return rgb;
}
