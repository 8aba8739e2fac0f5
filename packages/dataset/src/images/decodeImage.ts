import sharp, { type SharpOptions } from 'sharp';
import { ImageError } from '../errors/ImageError.js';
import { readImageFile, type ImageFormat } from './imageFile.js';
import type { RgbImage } from './RgbImage.js';

/** Options of {@link decodeImage} and {@link inspectImage}. */
export interface DecodeOptions {
  /** Pictures with more pixels are refused from their header; default 50 million, enough for phones. */
  readonly maxPixels?: number;
}

const MAX_PIXELS = 50_000_000;
/** Seconds after which decoding one picture is given up. */
const TIMEOUT_SECONDS = 30;

/**
 * Decodes an image file to RGB bytes.
 *
 * JPEG, PNG, WebP, GIF (first frame), TIFF (first page) and AVIF, told by their content. EXIF orientation is applied; colour
 * profiles are ignored and transparency is dropped, as Pillow's `convert("RGB")` does; 16-bit values lose their lower
 * byte; greyscale is repeated; CMYK is converted by libvips, which differs a little from Pillow.
 *
 * @throws {@link ImageError} when the file is missing, too large, of another format or damaged
 */
export async function decodeImage(path: string, options: DecodeOptions = {}): Promise<RgbImage> {
  const { bytes, format } = await readImageFile(path);
  try {
    const { data, info } = await sharp(bytes, sharpOptions(options))
      .timeout({ seconds: TIMEOUT_SECONDS })
      .autoOrient()
      .toColourspace('srgb')
      .removeAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    const rgb = toRgb(data, info.channels);
    if (rgb) return { data: rgb, width: info.width, height: info.height };
    throw new ImageError(path, 'unreadable', `${format}: expected 1 or 3 channels, got ${info.channels}`);
  } catch (error) {
    throw error instanceof ImageError ? error : decodeError(path, format, error);
  }
}

/** What a header says, without decoding the pixels. */
export interface ImageHeader {
  readonly format: ImageFormat;
  /** As seen, after EXIF orientation. */
  readonly width: number;
  readonly height: number;
}

/** Reads only the header of an image. @throws {@link ImageError} as {@link decodeImage} */
export async function inspectImage(path: string, options: DecodeOptions = {}): Promise<ImageHeader> {
  const { bytes, format } = await readImageFile(path);
  try {
    const { autoOrient } = await sharp(bytes, sharpOptions(options)).metadata();
    return { format, width: autoOrient.width, height: autoOrient.height };
  } catch (error) {
    throw decodeError(path, format, error);
  }
}

function sharpOptions({ maxPixels = MAX_PIXELS }: DecodeOptions): SharpOptions {
  return { limitInputPixels: maxPixels, failOn: 'truncated', ignoreIcc: true, pages: 1, sequentialRead: true };
}

/** Greyscale pictures come with one channel. */
function toRgb(data: Buffer, channels: number): Uint8Array | undefined {
  if (channels === 3) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  if (channels !== 1) return undefined;
  const rgb = new Uint8Array(data.byteLength * 3);
  for (let from = 0; from < data.byteLength; from++) rgb.fill(data[from] ?? 0, from * 3, from * 3 + 3);
  return rgb;
}

function decodeError(path: string, format: ImageFormat, error: unknown): ImageError {
  const text = error instanceof Error ? error.message.split('\n')[0]?.slice(0, 160) : String(error);
  const reason = /pixel limit/i.test(text ?? '') ? 'too large' : 'unreadable';
  return new ImageError(path, reason, `${format}: ${text ?? 'cannot be decoded'}`, { cause: error });
}
