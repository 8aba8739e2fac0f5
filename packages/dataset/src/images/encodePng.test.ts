import sharp from 'sharp';
import { describe, expect, it } from 'vitest';

import { samplePicture } from '../__fixtures__/samplePicture.js';
import { encodeJpeg } from './encodeJpeg.js';
import { encodePng } from './encodePng.js';
import { rasterizeSvg } from './rasterizeSvg.js';

describe('encodePng', () => {
  it('loses nothing', async () => {
    const picture = samplePicture(7, 5);
    const { data, info } = await sharp(await encodePng(picture))
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect([info.width, info.height, info.channels]).toEqual([7, 5, 3]);
    expect([...data]).toEqual([...picture.data]);
  });

  it('refuses bytes that do not fit the size', async () => {
    await expect(encodePng({ data: new Uint8Array(11), width: 2, height: 2 })).rejects.toThrow(
      new RangeError('encode: data must hold 12 bytes for 2 x 2, got 11.'),
    );
  });
});

describe('encodeJpeg', () => {
  it('keeps colours at full resolution', async () => {
    const { chromaSubsampling, format, width } = await sharp(await encodeJpeg(samplePicture(16, 16))).metadata();
    expect([format, chromaSubsampling, width]).toEqual(['jpeg', '4:4:4', 16]);
  });

  it('is closer to the picture with more quality, and larger', async () => {
    const picture = samplePicture(32, 32);
    const errorOf = async (bytes: Uint8Array): Promise<number> =>
      (await sharp(bytes).raw().toBuffer()).reduce((sum, value, i) => sum + Math.abs(value - picture.data[i]!), 0);
    const [low, high] = [await encodeJpeg(picture, { quality: 20 }), await encodeJpeg(picture, { quality: 95 })];
    expect(high.length).toBeGreaterThan(low.length);
    expect(await errorOf(high)).toBeLessThan(await errorOf(low));
    expect(await encodeJpeg(picture)).toEqual(await encodeJpeg(picture, { quality: 90 }));
  });

  it.each([0, 101, 2.5, NaN])('refuses quality %s', async (quality) => {
    await expect(encodeJpeg(samplePicture(4, 4), { quality })).rejects.toThrow(
      new RangeError(`encodeJpeg: quality must be a whole number from 1 to 100, got ${quality}.`),
    );
  });
});

describe('rasterizeSvg', () => {
  it('draws at one pixel per unit', async () => {
    const svg =
      '<svg xmlns="http://www.w3.org/2000/svg" width="6" height="4"><rect width="6" height="4" fill="#102030"/></svg>';
    const { data, info } = await sharp(await rasterizeSvg(svg))
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect([info.width, info.height]).toEqual([6, 4]);
    expect([...data.subarray(0, 3)]).toEqual([16, 32, 48]);
  });

  it('does not open files that the markup names', async () => {
    const { pathname } = new URL('../../package.json', import.meta.url);
    const entity = `<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x SYSTEM "file://${pathname}">]>`;
    const svg = `${entity}<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><text y="15">&x;</text></svg>`;
    const outcome = await rasterizeSvg(svg).then(
      async (png) => (await sharp(png).stats()).channels.map(({ max }) => max),
      () => 'refused',
    );
    expect([outcome]).toEqual([expect.toSatisfy((found) => found === 'refused' || String(found) === '0,0,0,0')]);
  });

  it('fails on something else', async () => {
    await expect(rasterizeSvg('not svg')).rejects.toThrow(/unsupported image format/);
  });
});
