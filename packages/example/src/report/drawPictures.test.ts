import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeImage, type RgbImage } from '@crossmodal/dataset';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../__fixtures__/tinyWorld.js';
import { drawPictures, type EncodedPicture } from './drawPictures.js';

const attention = [
  [0, 1],
  [0, 0],
];
const grey = (width: number, height: number): RgbImage => ({
  data: new Uint8Array(width * height * 3).fill(128),
  width,
  height,
});

async function decoded({ bytes }: EncodedPicture): Promise<RgbImage> {
  const path = join(temporaryFolder(), 'x');
  writeFileSync(path, bytes);
  return decodeImage(path);
}

/** How much yellow (red and green over blue) a pixel has. */
function yellow({ data, width }: RgbImage, x: number, y: number): number {
  const at = (y * width + x) * 3;
  return ((data[at] ?? 0) + (data[at + 1] ?? 0)) / 2 - (data[at + 2] ?? 0);
}

describe('drawPictures', () => {
  it('makes a large picture smaller, and the crop with it', async () => {
    const crop = { x: 200, y: 0, width: 800, height: 800 };
    const { image, overlay } = await drawPictures({ image: grey(1200, 800), attention, crop });
    expect(image).toMatchObject({
      width: 480,
      height: 320,
      extension: 'jpg',
      crop: { x: 80, y: 0, width: 320, height: 320 },
    });
    const drawn = await decoded(overlay!);
    expect([drawn.width, drawn.height]).toEqual([480, 320]);
    // The bright patch is the upper right of the crop: its centre lies at 80 + 240, 80.
    expect(yellow(drawn, 320, 80)).toBeGreaterThan(80);
    expect(yellow(drawn, 160, 80)).toBeLessThan(20);
    expect(yellow(drawn, 320, 240)).toBeLessThan(20);
    expect(Math.abs(yellow(drawn, 450, 80))).toBeLessThan(12); // outside the crop
  });

  it('enlarges a tiny picture under its overlay only', async () => {
    const crop = { x: 0, y: 0, width: 48, height: 48 };
    const { image, overlay } = await drawPictures({ image: grey(48, 48), attention, crop });
    expect(image).toMatchObject({ width: 48, height: 48, extension: 'png', crop });
    expect(overlay).toMatchObject({ width: 288, height: 288, crop: { x: 0, y: 0, width: 288, height: 288 } });
    expect(await decoded(image!)).toEqual(grey(48, 48));
    expect(yellow(await decoded(overlay!), 216, 72)).toBeGreaterThan(80);
  });

  it.each([
    [1, 1],
    [1, 5000],
    [5000, 1],
  ])('draws a picture of %d x %d', async (width, height) => {
    const side = Math.min(width, height);
    const crop = { x: (width - side) / 2, y: (height - side) / 2, width: side, height: side };
    const { image, overlay } = await drawPictures({ image: grey(width, height), attention, crop });
    expect(Math.max(image!.width, image!.height)).toBeLessThanOrEqual(480);
    expect(overlay).toBeDefined();
  });

  it('draws no overlay without attention, nor where the model looked beyond the borders', async () => {
    const crop = { x: -8, y: 0, width: 64, height: 48 };
    expect((await drawPictures({ image: grey(48, 48), attention, crop })).overlay).toBeUndefined();
    expect((await drawPictures({ image: grey(48, 48), attention: undefined, crop })).overlay).toBeUndefined();
    expect(await drawPictures({ image: undefined, attention, crop })).toEqual({ image: undefined, overlay: undefined });
  });
});
