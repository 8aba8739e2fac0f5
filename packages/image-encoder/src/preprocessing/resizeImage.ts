import { resampleCodes, type ResampleFilter } from './ResampleFilter.js';
import { resizeRegion } from './resizeRegion.js';
import { assertRgbImage, assertSide, type RgbImage } from './RgbImage.js';

/**
 * Resizes a picture; every byte equals the `Image.resize` of Pillow 13.0 (`Resample.c`, 8 bits per channel).
 *
 * Two passes, one per axis, with the picture rounded to bytes in between. When shrinking, the kernel covers all old pixels
 * (PyTorch's and OpenCV's plain `bicubic` do not, and use another cubic). `nearest` is no kernel and takes one old pixel for each new one.
 *
 * @param image - stays the caller's, unchanged
 * @param width - new width in pixels, at least 1
 * @param height - new height in pixels, at least 1
 * @param filter - how new pixels follow from old ones
 * @returns a new picture, a copy when the size is already right
 * @throws TypeError when the picture's data is not a Uint8Array
 * @throws RangeError when a size is not a positive integer, the data does not fit it, or the filter is unknown
 *
 * @example
 * const image = { data: Uint8Array.of(0, 0, 0, 90, 90, 90), width: 2, height: 1 };
 * resizeImage(image, 1, 1, 'bilinear').data; // Uint8Array [45, 45, 45]
 */
export function resizeImage(image: RgbImage, width: number, height: number, filter: ResampleFilter): RgbImage {
  assertRgbImage(image, 'resizeImage: image');
  assertSide(width, 'resizeImage: width');
  assertSide(height, 'resizeImage: height');
  if (!Object.hasOwn(resampleCodes, filter)) {
    throw new RangeError(`resizeImage: filter must be one of ${Object.keys(resampleCodes).join(', ')}, got ${filter}.`);
  }
  const data = resizeRegion(image, { width, height, region: { x: 0, y: 0, width, height } }, filter);
  return { data, width, height };
}
