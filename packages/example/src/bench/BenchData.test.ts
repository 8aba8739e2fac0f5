import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeImage, generateReviewWorld } from '@crossmodal/dataset';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../__fixtures__/tinyWorld.js';
import { ConfigError } from '../config/ConfigError.js';
import { prepareBenchData } from './BenchData.js';

const folder = temporaryFolder();
const world = join(folder, 'world');
const picture = (row: number): string => `images/00000${(row % 3) + 1}.jpg`;

beforeAll(() => generateReviewWorld(world, { sizes: { train: 4, validation: 2, test: 2 } }));

/** A file beside the pictures of the world. */
function write(name: string, rows: number): string {
  const lines = Array.from({ length: rows }, (_, row) => `words ${row},${picture(row)},${row % 2}\n`);
  const path = join(world, name);
  writeFileSync(path, `text,image_path,label\n${lines.join('')}`);
  return path;
}

describe('rows of your own', () => {
  it('are 256 from all over the file, and the pictures of the first 64 of them', async () => {
    const data = write('many.csv', 512);
    const { settings, texts, paths } = await prepareBenchData(data, join(folder, 'unused'));
    expect(texts).toEqual(Array.from({ length: 256 }, (_, i) => `words ${2 * i}`));
    expect(paths).toEqual(Array.from({ length: 64 }, (_, i) => join(world, picture(2 * i))));
    expect(settings).toMatchObject({ data, limit: 256, batchSize: 16, hiddenSize: 64 });
  });

  it('are all of them where there are fewer', async () => {
    const { texts, paths } = await prepareBenchData(write('few.csv', 5), join(folder, 'unused'));
    expect(texts).toEqual(['words 0', 'words 1', 'words 2', 'words 3', 'words 4']);
    expect(paths).toEqual([0, 1, 2, 3, 4].map((row) => join(world, picture(row))));
  });

  it('are refused with the reasons where none can be used', async () => {
    const path = join(world, 'none.csv');
    writeFileSync(path, 'text,image_path,label\nwords,images/gone.jpg,1\nwords,images/lost.jpg,0\n');
    const preparing = prepareBenchData(path, join(folder, 'unused'));
    await expect(preparing).rejects.toThrow(ConfigError);
    await expect(preparing).rejects.toThrow('must hold rows that can be used, got none (2 image: missing).');
  });
});

it('makes 256 reviews and 16 photos of 640 x 480 where there are none', async () => {
  const empty = temporaryFolder();
  const { settings, texts, paths } = await prepareBenchData(undefined, empty);
  expect(settings.data).toBe(join(empty, 'world', 'reviews.csv'));
  expect(texts).toHaveLength(256);
  expect(paths).toEqual(Array.from({ length: 16 }, (_, i) => join(empty, `photo-${i}.jpg`)));
  const [first, second] = await Promise.all([decodeImage(paths[0] ?? ''), decodeImage(paths[1] ?? '')]);
  for (const { width, height } of [first, second]) expect([width, height]).toEqual([640, 480]);
  expect(Buffer.compare(first.data, second.data)).not.toBe(0);
});
