import { folderInMemory } from '@crossmodal/weights';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { testImage } from './__fixtures__/testImage.js';
import { ImageProcessor } from './ImageProcessor.js';
import { defaultVitImageProcessorConfig, type ImageProcessorOptions } from './ImageProcessorConfig.js';
import { resizeImage } from './resizeImage.js';

interface ProcessorCase {
  readonly name: string;
  readonly files: Readonly<Record<string, unknown>>;
  readonly saved: unknown;
  readonly width: number;
  readonly height: number;
  readonly seed: number;
  readonly sha256: string;
  readonly step: number;
  readonly values: string;
}

const fixtures = new URL('../../fixtures/', import.meta.url);
const cases = JSON.parse(await readFile(new URL('processor.json', fixtures), 'utf8')) as ProcessorCase[];

describe('ImageProcessor', () => {
  it.each(cases)('equals Python: $name, $width x $height', async ({ files, width, height, seed, ...expected }) => {
    const contents = Object.entries(files).map(([name, content]) => [name, JSON.stringify(content)] as const);
    const processor = await ImageProcessor.load(folderInMemory(new Map(contents)));
    const values = processor.preprocess(testImage(width, height, seed));
    expect(values).toHaveLength(processor.size ** 2 * 3);

    const bytes = Uint8Array.from(Buffer.from(expected.values, 'base64'));
    for (const [i, value] of new Float32Array(bytes.buffer).entries()) {
      expect(Math.abs((values[i * expected.step] ?? NaN) - value)).toBeLessThanOrEqual(1e-6);
    }
    // Every value of every picture, to the last bit.
    const sha256 = createHash('sha256').update(new Uint8Array(values.buffer)).digest('base64');
    expect(sha256).toBe(expected.sha256);
    // And the file that Python writes after reading these.
    const written = processor.files().get('preprocessor_config.json') ?? '';
    if (expected.saved !== null) expect(JSON.parse(written)).toEqual(expected.saved);
  });

  it('accepts the plain numbers of the first published files in code too', () => {
    const image = testImage(37, 53, 0);
    const plain = new ImageProcessor({ size: 20, cropSize: 18 });
    const spelled = new ImageProcessor({ size: { shortestEdge: 20 }, cropSize: { height: 18, width: 18 } });
    expect(plain.preprocess(image)).toEqual(spelled.preprocess(image));
    const square = new ImageProcessor({ imageProcessorType: 'ViTImageProcessor', size: 20 });
    expect(square.config).toEqual({ ...defaultVitImageProcessorConfig, size: { height: 20, width: 20 } });
  });

  it('crops the middle of what resizeImage makes', () => {
    const image = testImage(41, 30, 4);
    const resized = resizeImage(image, 27, 20, 'bicubic');
    const crop = new ImageProcessor({ size: 20, cropSize: 17 }).resizeAndCrop(image);
    for (let row = 0; row < 17; row += 1) {
      const start = ((row + 1) * 27 + 5) * 3; // floor((20 - 17) / 2) rows, (27 - 17) / 2 columns
      expect(crop.subarray(row * 17 * 3, (row + 1) * 17 * 3)).toEqual(resized.data.subarray(start, start + 17 * 3));
    }
  });

  it('normalizes into a part of a batch', () => {
    const processor = new ImageProcessor({ size: 4, cropSize: 4 });
    const batch = new Float32Array(2 * 48).fill(9);
    const image = testImage(4, 4, 2);
    const part = batch.subarray(48);
    expect(processor.preprocess(image, part)).toBe(part);
    expect(batch.subarray(48)).toEqual(processor.preprocess(image));
    expect(batch.subarray(0, 48)).toEqual(new Float32Array(48).fill(9));
  });

  it('leaves its input alone', () => {
    const image = testImage(6, 6, 2);
    const pixels = new ImageProcessor({ size: 6, cropSize: 6 }).resizeAndCrop(image);
    expect(pixels).toEqual(image.data);
    pixels.fill(1);
    expect(image).toEqual(testImage(6, 6, 2));
  });

  describe('geometry', () => {
    const processor = new ImageProcessor({ size: 20, cropSize: 18 });

    it('is the centre crop in original pixels', () => {
      // 60 x 40 becomes 30 x 20; the crop begins at column 6 and row 1 of that, twice as far in the original.
      expect(processor.geometry(60, 40)).toEqual({ crop: { x: 12, y: 2, width: 36, height: 36 } });
      expect(processor.geometry(40, 60)).toEqual({ crop: { x: 2, y: 12, width: 36, height: 36 } });
      // 10 x 10 is enlarged to 20 x 20.
      expect(processor.geometry(10, 10)).toEqual({ crop: { x: 0.5, y: 0.5, width: 9, height: 9 } });
    });

    it('is the whole picture where that is squashed', () => {
      const squashed = new ImageProcessor({ imageProcessorType: 'ViTImageProcessor', size: 20 });
      expect(squashed.geometry(60, 40)).toEqual({ crop: { x: 0, y: 0, width: 60, height: 40 } });
      // 60 x 40 becomes 20 x 20, of which the middle 10 x 10 are kept: three columns or two rows of the original each.
      const cropped = new ImageProcessor({ size: { height: 20, width: 20 }, cropSize: 10 });
      expect(cropped.geometry(60, 40)).toEqual({ crop: { x: 15, y: 10, width: 30, height: 20 } });
    });

    it('accounts for the longer side that was cut to whole pixels', () => {
      // 37 x 53: 20 x trunc(20 * 53 / 37 = 28.6) = 28; rows begin at (28 - 18) / 2 = 5.
      const { crop } = processor.geometry(37, 53);
      expect(crop.x).toBeCloseTo(37 / 20, 12);
      expect(crop.width).toBeCloseTo((18 * 37) / 20, 12);
      expect(crop.y).toBeCloseTo((5 * 53) / 28, 12);
      expect(crop.height).toBeCloseTo((18 * 53) / 28, 12);
    });

    it('reaches outside the picture where the crop was filled up', () => {
      const { crop } = new ImageProcessor({ doResize: false, cropSize: 12 }).geometry(10, 20);
      expect(crop).toEqual({ x: -1, y: 4, width: 12, height: 12 });
      const odd = new ImageProcessor({ doResize: false, cropSize: 11 }).geometry(10, 10);
      expect(odd.crop).toEqual({ x: -1, y: -1, width: 11, height: 11 });
    });

    it.each([
      ['cropped', processor],
      ['squashed', new ImageProcessor({ imageProcessorType: 'ViTImageProcessor', size: 18 })],
    ])('says where a mark in the original arrives: %s', (_, processor) => {
      const image = { width: 63, height: 45, data: new Uint8Array(63 * 45 * 3) };
      for (let row = 30; row < 34; row += 1) image.data.fill(255, (row * 63 + 14) * 3, (row * 63 + 18) * 3);
      const prepared = processor.resizeAndCrop(image);
      const { crop } = processor.geometry(63, 45);
      const column = Math.floor(((16 - crop.x) / crop.width) * 18);
      const row = Math.floor(((32 - crop.y) / crop.height) * 18);
      const brightest = prepared.indexOf(Math.max(...prepared)) / 3;
      expect([Math.floor(brightest % 18), Math.floor(brightest / 18)]).toEqual([column, row]);
    });

    it('refuses sizes that no picture has', () => {
      expect(() => processor.geometry(0, 4)).toThrow(
        new RangeError('ImageProcessor: geometry: width must be a positive integer in pixels, got 0.'),
      );
      expect(() => processor.geometry(4, 1.5)).toThrow(
        'geometry: height must be a positive integer in pixels, got 1.5.',
      );
    });
  });

  it('refuses wrong input with the value received', () => {
    const processor = new ImageProcessor({ size: 4, cropSize: 4 });
    expect(() => processor.resizeAndCrop({ data: new Uint8Array(5), width: 1, height: 1 })).toThrow(
      'ImageProcessor: image: data must hold 3 bytes for 1 x 1 RGB pixels, got 5.',
    );
    expect(() => processor.normalize(new Uint8Array(4))).toThrow(
      new RangeError('ImageProcessor: pixels must hold whole RGB pixels, got 4 bytes.'),
    );
    expect(() => processor.preprocess(testImage(4, 4, 1), new Float32Array(47))).toThrow(
      new RangeError('ImageProcessor: into must hold 48 values, got 47.'),
    );
  });

  const refused: readonly [ImageProcessorOptions, string][] = [
    [{ size: 0 }, 'size.shortestEdge must be a positive integer in pixels, got 0.'],
    [{ size: { shortestEdge: 1.5 } }, 'size.shortestEdge must be a positive integer in pixels, got 1.5.'],
    [{ size: { height: -1, width: 4 } }, 'size.height must be a positive integer in pixels, got -1.'],
    [{ cropSize: NaN }, 'cropSize.height must be a positive integer in pixels, got NaN.'],
    [{ cropSize: { height: 4, width: 0 } }, 'cropSize.width must be a positive integer in pixels, got 0.'],
    [
      { cropSize: { height: 4, width: 5 } },
      'got doCenterCrop true, doResize true, size {"shortestEdge":224}, cropSize {"height":4,"width":5}.',
    ],
    [
      { doCenterCrop: false },
      'the encoder needs square pictures of one size, got doCenterCrop false, doResize true, size {"shortestEdge":224}',
    ],
    [{ doCenterCrop: false, size: 4 }, 'got doCenterCrop false, doResize true, size {"shortestEdge":4},'],
    [{ doCenterCrop: false, size: { height: 4, width: 5 } }, 'Crop to a square, or resize to equal height and width.'],
    [{ doCenterCrop: false, doResize: false, size: { height: 4, width: 4 } }, 'got doCenterCrop false, doResize false'],
    [
      { resample: 'cubic' as 'bicubic' },
      'resample must be one of nearest, lanczos, bilinear, bicubic, box, hamming, got cubic.',
    ],
    [{ rescaleFactor: Infinity }, 'rescaleFactor must be a finite number, got Infinity.'],
    [{ imageMean: [0.5] }, 'imageMean must be three finite numbers (red, green, blue), got [0.5].'],
    [{ imageStd: [1, NaN, 1] }, 'imageStd must be three finite numbers (red, green, blue), got [1, NaN, 1].'],
    [
      { imageProcessorType: 'ViTImageProcessor', doCenterCrop: true },
      'got doCenterCrop true, doResize true, size {"height":224,"width":224}, cropSize null.',
    ],
    [
      { imageProcessorType: 'DeiTImageProcessor' as 'ViTImageProcessor' },
      'imageProcessorType must be one of CLIPImageProcessor, ViTImageProcessor, got DeiTImageProcessor.',
    ],
    [{ imageStd: [1, 0, 1] }, 'imageStd must not contain 0, got [1, 0, 1].'],
  ];
  it.each(refused)('refuses the configuration %j', (config, message) => {
    expect(() => new ImageProcessor(config)).toThrow(RangeError);
    expect(() => new ImageProcessor(config)).toThrow(message);
  });
});
