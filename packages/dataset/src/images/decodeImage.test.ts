import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';

import { imageErrorOf } from '../__fixtures__/imageErrorOf.js';
import { pngOf } from '../__fixtures__/pngOf.js';
import { readFixture } from '../__fixtures__/readFixture.js';
import { samplePicture } from '../__fixtures__/samplePicture.js';
import { put, temporaryFolders } from '../__fixtures__/temporaryFolder.js';
import { ImageError } from '../errors/ImageError.js';
import { decodeImage } from './decodeImage.js';
import { encodeJpeg } from './encodeJpeg.js';
import { encodePng } from './encodePng.js';

interface GoldenImage {
  readonly name: string;
  readonly file: string;
  readonly width: number;
  readonly height: number;
  readonly rgb: string;
}

const goldenImages = readFixture('images.json') as readonly GoldenImage[]; // written by generate.py
const newFolder = temporaryFolders();
let folder: string;
beforeAll(async () => {
  folder = await newFolder();
});

describe('decodeImage', () => {
  it.each(goldenImages)('gives the pixels of Pillow 13.0.0: $name', async ({ name, file, width, height, rgb }) => {
    const path = await put(folder, `${name.replace(/\W+/g, '-')}.bin`, Buffer.from(file, 'base64'));
    const image = await decodeImage(path);
    expect([image.width, image.height]).toEqual([width, height]);
    expect(Buffer.from(image.data).toString('base64')).toBe(rgb);
  });

  it('decodes AVIF', async () => {
    const grey = { data: new Uint8Array(32 * 16 * 3).fill(120), width: 32, height: 16 };
    const avif = await sharp(grey.data, { raw: { width: 32, height: 16, channels: 3 } })
      .avif({ quality: 90 })
      .toBuffer();
    const image = await decodeImage(await put(folder, 'grey.avif', avif));
    expect([image.width, image.height, image.data.length]).toEqual([32, 16, 32 * 16 * 3]);
    expect(image.data.every((value) => Math.abs(value - 120) <= 2)).toBe(true);
  });

  it('keeps the upper byte of 16-bit colour', async () => {
    const deep = Uint16Array.from({ length: 4 * 2 * 3 }, (_, i) => i * 2500 + 255);
    const png = await sharp(deep, { raw: { width: 4, height: 2, channels: 3 } })
      .toColourspace('rgb16')
      .png()
      .toBuffer();
    const image = await decodeImage(await put(folder, 'deep.png', png));
    expect([...image.data]).toEqual([...deep].map((value) => value >> 8));
  });

  it('drops transparency instead of blending it', async () => {
    const png = await sharp(new Uint8Array([10, 20, 30, 0, 200, 100, 50, 128]), {
      raw: { width: 2, height: 1, channels: 4 },
    })
      .png()
      .toBuffer();
    const image = await decodeImage(await put(folder, 'alpha.png', png));
    expect([...image.data]).toEqual([10, 20, 30, 200, 100, 50]);
  });

  it('ignores colour profiles, right or wrong', async () => {
    const picture = samplePicture(8, 8);
    const raw = { raw: { width: 8, height: 8, channels: 3 as const } };
    const png = await sharp(picture.data, raw).withIccProfile('p3', { attach: true }).png().toBuffer();
    // Converted on writing; what counts is that reading leaves the stored bytes alone.
    const stored = await sharp(png, { ignoreIcc: true }).raw().toBuffer();
    const image = await decodeImage(await put(folder, 'p3.png', png));
    expect(Buffer.from(image.data).equals(stored)).toBe(true);
    expect(stored.equals(picture.data)).toBe(false);
  });

  it('goes by content, not by extension', async () => {
    const picture = samplePicture(5, 4);
    const path = await put(folder, 'really-a-png.jpg', await encodePng(picture));
    expect([...(await decodeImage(path)).data]).toEqual([...picture.data]);
  });

  it('decodes a picture with something else behind it as the picture', async () => {
    const picture = samplePicture(5, 4);
    const zip = Buffer.concat([await encodePng(picture), Buffer.from('PK\x03\x04<html><script>1</script>')]);
    expect([...(await decodeImage(await put(folder, 'polyglot.png', zip))).data]).toEqual([...picture.data]);
  });

  it('takes the first of many frames and does not decode the others', async () => {
    const frame = samplePicture(4, 4).data;
    const pages = 500;
    const stack = new Uint8Array(frame.length * pages);
    for (let i = 0; i < pages; i++) stack.fill(i % 256, i * frame.length, (i + 1) * frame.length);
    const gif = await sharp(stack, { raw: { width: 4, height: 4 * pages, channels: 3, pageHeight: 4 } })
      .gif()
      .toBuffer();
    expect((await sharp(gif, { pages: -1 }).metadata()).pages).toBeGreaterThan(100);
    const image = await decodeImage(await put(folder, 'frames.gif', gif), { maxPixels: 16 });
    expect([image.width, image.height]).toEqual([4, 4]);
    expect(image.data[0]).toBeLessThan(4);
  });

  it('accepts exactly the pixel limit and refuses one pixel more', async () => {
    const path = await put(folder, 'limit.png', await encodePng(samplePicture(10, 7)));
    expect((await decodeImage(path, { maxPixels: 70 })).width).toBe(10);
    const error = await imageErrorOf(decodeImage(path, { maxPixels: 69 }));
    expect(error.reason).toBe('too large');
    expect(error.message).toBe(`image ${path}: too large: png: Input image exceeds pixel limit.`);
  });

  it.each([
    ['50,000 x 50,000', 50_000, 50_000],
    ['a strip of 100 million', 100_000_000, 1],
  ])('refuses a PNG bomb from its header: %s', async (_, width, height) => {
    const bomb = pngOf(width, height, [['IDAT', deflateSync(Buffer.alloc(100_000))]]);
    const before = process.memoryUsage().rss;
    const error = await imageErrorOf(decodeImage(await put(folder, `bomb-${width}.png`, bomb)));
    expect(['too large', 'unreadable']).toContain(error.reason);
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 2 ** 20);
  });

  it('does not unpack a text chunk that is a bomb', async () => {
    const row = deflateSync(Buffer.alloc(4));
    const text = Buffer.concat([Buffer.from('Comment\0\0', 'latin1'), deflateSync(Buffer.alloc(120 * 2 ** 20))]);
    const bomb = pngOf(1, 1, [
      ['zTXt', text],
      ['IDAT', row],
    ]);
    const path = await put(folder, 'text-bomb.png', bomb);
    const before = process.memoryUsage().rss;
    await decodeImage(path).catch((error: unknown) => expect(error).toBeInstanceOf(ImageError));
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 2 ** 20);
  });

  it.each(['jpeg', 'png'] as const)('refuses a %s that is cut off anywhere', async (format) => {
    const picture = samplePicture(64, 48);
    const whole = format === 'png' ? await encodePng(picture) : await encodeJpeg(picture);
    for (let part = 0; part < 32; part++) {
      const path = await put(folder, `cut.${format}`, whole.subarray(0, Math.floor((whole.length * part) / 32)));
      const error = await imageErrorOf(decodeImage(path));
      expect(error.reason).toBe(part === 0 ? 'unsupported format' : 'unreadable');
    }
  });

  it('refuses a picture whose bytes are damaged, or gives one of the right size, and nothing else', async () => {
    const whole = await encodeJpeg(samplePicture(32, 32));
    for (let step = 1; step < 40; step++) {
      const damaged = Uint8Array.from(whole);
      for (let i = step; i < damaged.length; i += 97) damaged[i] = (damaged[i]! * 7 + step) % 256;
      const path = await put(folder, 'damaged.jpg', damaged);
      const image = await decodeImage(path).catch((error: unknown) => {
        expect(error).toBeInstanceOf(ImageError);
        return undefined;
      });
      if (image) expect(image.data.length).toBe(image.width * image.height * 3);
    }
  });

  it.each([
    ['SVG', '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'],
    [
      'SVG with an external entity',
      '<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg>&x;</svg>',
    ],
    ['PDF', '%PDF-1.7'],
    ['text', 'not a picture'],
    ['HEIC', '\0\0\0\x18ftypheic\0\0\0\0heicmif1'],
    ['BMP', 'BM\x46\0\0\0'],
    ['PSD', '8BPS\0\x01'],
  ])('refuses %s', async (name, content) => {
    const path = await put(folder, `${name.replace(/\W/g, '-')}.jpg`, Buffer.from(content, 'latin1'));
    const error = await imageErrorOf(decodeImage(path));
    expect(error.reason).toBe('unsupported format');
    expect(error.message).toBe(
      `image ${path}: unsupported format: expected JPEG, PNG, WebP, GIF, TIFF or AVIF, got something else.`,
    );
  });

  it('ends on a TIFF whose pages point at one another', async () => {
    const tiff = Buffer.from(
      (
        await sharp(samplePicture(4, 4).data, { raw: { width: 4, height: 4, channels: 3 } })
          .tiff()
          .toBuffer()
      ).buffer,
    );
    const first = tiff.readUInt32LE(4);
    tiff.writeUInt32LE(first, first + 2 + tiff.readUInt16LE(first) * 12); // the next page is the first one
    const image = await decodeImage(await put(folder, 'cycle.tiff', tiff)).catch((error: unknown) => {
      expect(error).toBeInstanceOf(ImageError);
      return undefined;
    });
    if (image) expect([image.width, image.height]).toEqual([4, 4]);
  });
});
