import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { testImage } from './__fixtures__/testImage.js';
import { type ResampleFilter } from './ResampleFilter.js';
import { resizeImage } from './resizeImage.js';

interface ResizeCase {
  readonly seed: number;
  readonly from: readonly [number, number];
  readonly to: readonly [number, number];
  readonly image: string;
  readonly lanczos: string;
  readonly bilinear: string;
  readonly bicubic: string;
}

const golden = new URL('../../fixtures/resize.json', import.meta.url);
const cases = JSON.parse(await readFile(golden, 'utf8')) as ResizeCase[];
const filters = ['lanczos', 'bilinear', 'bicubic'] as const;

describe('resizeImage', () => {
  describe.each(cases)('$from to $to', (item) => {
    const image = testImage(...item.from, item.seed);

    it.each(filters)('equals Pillow byte for byte: %s', (filter) => {
      expect(digest(image.data)).toBe(item.image);
      const resized = resizeImage(image, ...item.to, filter);
      expect([resized.width, resized.height]).toEqual(item.to);
      expect(resized.data).toHaveLength(resized.width * resized.height * 3);
      expect(digest(resized.data)).toBe(item[filter]);
    });
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
  return createHash('sha256').update(bytes).digest('hex');
}
