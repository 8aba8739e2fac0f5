import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { testImage } from './__fixtures__/testImage.js';
import { ImageProcessor } from './ImageProcessor.js';
import { type ResampleFilter } from './ResampleFilter.js';
import { resizeImage } from './resizeImage.js';

const golden = new URL('../../fixtures/resize.csv', import.meta.url);
const [header = '', ...lines] = (await readFile(golden, 'utf8')).trim().split('\n');
const cases = lines.map((line, seed) => {
  const [width = 0, height = 0, newWidth = 0, newHeight = 0, crop = 0] = line.split(',').map(Number);
  return { seed, width, height, newWidth, newHeight, crop, digests: line.split(',').slice(5) };
});
// The filters stand in the header.
const filters = header.split(',').slice(5) as ResampleFilter[];
/** Every eighth, the largest among them; all of them with CROSSMODAL_VERIFY. */
const chosen = process.env.CROSSMODAL_VERIFY ? cases : cases.filter(({ seed }) => seed % 8 === 3);

describe('resizeImage', () => {
  it.each(chosen)('equals Pillow byte for byte: $width x $height to $newWidth x $newHeight', (item) => {
    const { newWidth, newHeight, crop, digests } = item;
    const image = testImage(item.width, item.height, item.seed);
    expect(filters).toHaveLength(6);
    for (const [i, filter] of filters.entries()) {
      const data =
        crop === 0
          ? resizeImage(image, newWidth, newHeight, filter).data
          : new ImageProcessor({ size: crop, cropSize: crop, resample: filter }).resizeAndCrop(image);
      expect(digest(data), filter).toBe(digests[i]);
    }
  });

  it('never returns the memory of its input', () => {
    const image = testImage(4, 4, 1);
    const same = resizeImage({ ...image, data: Buffer.from(image.data) }, 4, 4, 'bicubic');
    same.data.fill(7);
    expect(image.data).toEqual(testImage(4, 4, 1).data);
    expect(same.data).not.toBeInstanceOf(Buffer);
  });

  it('gives the same bytes for a buffer that starts inside another one', () => {
    const image = testImage(9, 7, 3);
    const shifted = new Uint8Array(image.data.length + 5).subarray(5);
    shifted.set(image.data);
    expect(resizeImage({ ...image, data: shifted }, 5, 4, 'lanczos')).toEqual(resizeImage(image, 5, 4, 'lanczos'));
  });

  it('gives the same bytes after the weights of many other sizes', () => {
    const image = testImage(20, 20, 5);
    const first = resizeImage(image, 13, 11, 'bicubic');
    for (let size = 1; size <= 80; size += 1) resizeImage(image, size, size, 'bilinear');
    expect(resizeImage(image, 13, 11, 'bicubic')).toEqual(first);
  });

  it('refuses wrong input with the value received', () => {
    const image = testImage(2, 2, 1);
    const data: unknown = [1, 2, 3];
    expect(() => resizeImage({ ...image, data: data as Uint8Array }, 2, 2, 'bicubic')).toThrow(
      new TypeError('resizeImage: image: data must be a Uint8Array, got Array.'),
    );
    expect(() => resizeImage({ ...image, data: undefined as unknown as Uint8Array }, 2, 2, 'bicubic')).toThrow(
      new TypeError('resizeImage: image: data must be a Uint8Array, got undefined.'),
    );
    expect(() => resizeImage({ ...image, width: 0 }, 2, 2, 'bicubic')).toThrow(
      new RangeError('resizeImage: image: width must be a positive integer in pixels, got 0.'),
    );
    expect(() => resizeImage({ ...image, data: new Uint8Array(16) }, 2, 2, 'bicubic')).toThrow(
      'resizeImage: image: data must hold 12 bytes for 2 x 2 RGB pixels, got 16.',
    );
    expect(() => resizeImage(image, 2.5, 2, 'bicubic')).toThrow(
      new RangeError('resizeImage: width must be a positive integer in pixels, got 2.5.'),
    );
    expect(() => resizeImage(image, 2, NaN, 'bicubic')).toThrow('height must be a positive integer in pixels, got NaN');
    expect(() => resizeImage(image, 2, 2, 'cubic' as ResampleFilter)).toThrow(
      new RangeError(
        'resizeImage: filter must be one of nearest, lanczos, bilinear, bicubic, box, hamming, got cubic.',
      ),
    );
  });
});

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64');
}
