import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';

import { imageErrorOf } from '../__fixtures__/imageErrorOf.js';
import { samplePicture } from '../__fixtures__/samplePicture.js';
import { put, temporaryFolders } from '../__fixtures__/temporaryFolder.js';
import { encodeJpeg } from './encodeJpeg.js';
import { inspectImage } from './inspectImage.js';

const newFolder = temporaryFolders();
let folder: string;
beforeAll(async () => {
  folder = await newFolder();
});

describe('inspectImage', () => {
  it.each(['jpeg', 'png', 'webp', 'gif', 'tiff', 'avif'] as const)('tells format and size of %s', async (format) => {
    const { data } = samplePicture(20, 12);
    const picture = sharp(data, { raw: { width: 20, height: 12, channels: 3 } });
    const bytes = await picture.toFormat(format).toBuffer();
    expect(await inspectImage(await put(folder, `${format}.bin`, bytes))).toEqual({ format, width: 20, height: 12 });
  });

  it('gives the size as seen', async () => {
    const { data } = samplePicture(20, 12);
    const turned = sharp(data, { raw: { width: 20, height: 12, channels: 3 } }).withMetadata({ orientation: 6 });
    const path = await put(folder, 'turned.jpg', await turned.jpeg().toBuffer());
    expect(await inspectImage(path)).toEqual({ format: 'jpeg', width: 12, height: 20 });
  });

  it('reads no further than the header', async () => {
    const whole = await encodeJpeg(samplePicture(64, 48));
    const path = await put(folder, 'cut.jpg', whole.subarray(0, whole.length / 2));
    expect(await inspectImage(path)).toEqual({ format: 'jpeg', width: 64, height: 48 });
  });

  it('refuses what is too large or no picture', async () => {
    const path = await put(folder, 'large.jpg', await encodeJpeg(samplePicture(10, 10)));
    expect((await imageErrorOf(inspectImage(path, { maxPixels: 99 }))).reason).toBe('too large');
    const broken = await put(folder, 'broken.jpg', Buffer.from([0xff, 0xd8, 0xff, 0, 0, 0]));
    expect((await imageErrorOf(inspectImage(broken))).reason).toBe('unreadable');
  });
});
