import sharp from 'sharp';
import { decodeError } from './decodeError.js';
import { readImageFile } from './imageFile.js';
import type { ImageFormat } from './sniffFormat.js';
import { sharpOptions, type DecodeOptions } from './sharpOptions.js';

/** What a header says, without decoding the pixels. */
export interface ImageHeader {
  /** By content, whatever the file is called. */
  readonly format: ImageFormat;
  /** As seen, after EXIF orientation. */
  readonly width: number;
  /** As seen, after EXIF orientation. */
  readonly height: number;
}

/**
 * Reads the header of an image, without decoding it: a damaged rest is not noticed.
 *
 * @throws {@link ImageError} as `decodeImage`
 */
export async function inspectImage(path: string, options: DecodeOptions = {}): Promise<ImageHeader> {
  const { bytes, format } = await readImageFile(path);
  try {
    const { autoOrient } = await sharp(bytes, sharpOptions(options)).metadata();
    return { format, width: autoOrient.width, height: autoOrient.height };
  } catch (error) {
    throw decodeError(path, format, error);
  }
}
