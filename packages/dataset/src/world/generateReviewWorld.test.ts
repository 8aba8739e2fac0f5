import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';

import { put, temporaryFolders } from '../__fixtures__/temporaryFolder.js';
import { decodeImage } from '../images/decodeImage.js';
import { loadSamples } from '../reading/loadSamples.js';
import { addToWorldHash } from './addToWorldHash.js';
import { composeReview } from './composeReview.js';
import { generateReviewWorld } from './generateReviewWorld.js';
import { planReviews } from './planReviews.js';
import { readTruth } from './WorldTruth.js';

/** Of the default seed and sizes. A change to the world is a new version. */
const VERSION_1 = '5bc6e23f29db5915969ce254516b60728e8a4ac87983c3ae1646fb61598657e0';
const sizes = { train: 40, validation: 10, test: 20 };
const newFolder = temporaryFolders();
let parent: string;
let target: string;
beforeEach(async () => {
  parent = await newFolder();
  target = join(parent, 'deep/world');
});

describe('generateReviewWorld', () => {
  it('has the hash of version 1, in its full size', () => {
    const hash = createHash('sha256');
    for (const planned of planReviews(2026, { train: 5000, validation: 500, test: 1000 })) {
      addToWorldHash(hash, composeReview(2026, planned));
    }
    expect(hash.digest('hex')).toBe(VERSION_1);
  });

  it('has the hash of version 1 in a small size', async () => {
    const { hash } = await generateReviewWorld(target, { sizes });
    expect(hash).toBe('2888d915adccdaa5d5f7923e0dee25e50527ac71f3f76386b4c91982a64c2b76');
  });

  if (process.env.CROSSMODAL_VERIFY) {
    it('writes all 6,500 reviews by default', async () => {
      const { hash, csvPath } = await generateReviewWorld(target);
      expect(hash).toBe(VERSION_1);
      expect((await loadSamples(csvPath, { splitColumn: 'split' })).samples).toHaveLength(6500);
    });
  }

  it('writes rows that are read like any others, with pictures and the truth beside them', async () => {
    const world = await generateReviewWorld(target, { sizes });
    expect(world.csvPath).toBe(join(target, 'reviews.csv'));
    const { samples, report } = await loadSamples(world.csvPath, { splitColumn: 'split' });
    expect(report).toEqual({ rowsRead: 70, skipped: [], skippedByReason: {} });
    const truth = await readTruth(world.truthPath);
    expect(truth.hash).toBe(world.hash);
    expect([truth.version, truth.seed, truth.sizes]).toEqual([1, 2026, sizes]);
    expect(truth.reviews.map(({ id }) => id)).toEqual(samples.map(({ id }) => id));
    expect(samples.filter(({ split }) => split === 'test')).toHaveLength(20);
    expect(new Set(samples.map(({ label }) => label))).toEqual(new Set(['negative', 'positive']));
    for (const { images } of samples) {
      const { width, height } = await decodeImage(images[0]!);
      expect([width, height]).toEqual([48, 48]);
    }
    expect(await readdir(join(parent, 'deep'))).toEqual(['world']);
  });

  it('keeps the marks visible through JPEG', async () => {
    const { csvPath, truthPath } = await generateReviewWorld(target, { sizes });
    const { samples } = await loadSamples(csvPath);
    const { reviews } = await readTruth(truthPath);
    let marks = 0;
    for (const [i, { part, damaged, decisiveBoxes }] of reviews.entries()) {
      if (!part || !damaged.includes(part)) continue;
      const { data } = await decodeImage(samples[i]!.images[0]!);
      const [{ x, y, width, height }] = decisiveBoxes as [{ x: number; y: number; width: number; height: number }];
      const middle = ((y + Math.floor(height / 2)) * 48 + x + Math.floor(width / 2)) * 3;
      expect(Math.max(...data.subarray(middle, middle + 3))).toBeLessThan(60);
      marks++;
    }
    expect(marks).toBeGreaterThan(5);
  });

  it('is another world with another seed', async () => {
    const a = await generateReviewWorld(join(parent, 'a'), { sizes });
    const b = await generateReviewWorld(join(parent, 'b'), { sizes, seed: 1 });
    expect(a.hash).not.toBe(b.hash);
  });

  it('uses a complete world again without writing', async () => {
    const first = await generateReviewWorld(target, { sizes });
    const before = (await stat(first.csvPath)).ino;
    const calls: unknown[] = [];
    expect(await generateReviewWorld(target, { sizes, onProgress: (progress) => calls.push(progress) })).toEqual(first);
    expect((await stat(first.csvPath)).ino).toBe(before);
    expect(calls).toEqual([]);
  });

  it.each([
    ['a picture is gone', (folder: string) => rm(join(folder, 'images/000007.jpg'))],
    ['a picture is damaged', (folder: string) => writeFile(join(folder, 'images/000007.jpg'), 'x')],
    [
      'two pictures are exchanged',
      async (folder: string) => {
        await rename(join(folder, 'images/000001.jpg'), join(folder, 'images/x'));
        await rename(join(folder, 'images/000002.jpg'), join(folder, 'images/000001.jpg'));
        await rename(join(folder, 'images/x'), join(folder, 'images/000002.jpg'));
      },
    ],
    [
      'a label was changed',
      async (folder: string) => {
        const path = join(folder, 'reviews.csv');
        await writeFile(path, (await readFile(path, 'utf8')).replace('negative', 'positive'));
      },
    ],
    ['the truth is gone', (folder: string) => rm(join(folder, 'truth.json'))],
    ['the truth is cut off', async (folder: string) => writeFile(join(folder, 'truth.json'), '{"version":1')],
  ])('writes a world anew when %s', async (_, harm) => {
    const first = await generateReviewWorld(target, { sizes });
    const csv = await readFile(first.csvPath, 'utf8');
    await harm(target);
    expect(await generateReviewWorld(target, { sizes })).toEqual(first);
    expect(await readFile(first.csvPath, 'utf8')).toBe(csv);
    expect(await readdir(join(target, 'images'))).toHaveLength(70);
  });

  it('touches no folder that holds anything else', async () => {
    await put(target, 'thesis.txt', 'years of work');
    await expect(generateReviewWorld(target, { sizes })).rejects.toThrow(
      `${target}: expected a new folder or the review world of version 1 with seed 2026 and sizes 40/10/20, found ` +
        'thesis.txt. Remove it or name another folder.',
    );
    expect(await readFile(join(target, 'thesis.txt'), 'utf8')).toBe('years of work');
  });

  it('touches no folder with other pictures, no other world and no file', async () => {
    await put(join(parent, 'a'), 'images/holiday.jpg', 'x');
    await expect(generateReviewWorld(join(parent, 'a'), { sizes })).rejects.toThrow('found images/holiday.jpg.');
    await generateReviewWorld(target, { sizes, seed: 7 });
    await expect(generateReviewWorld(target, { sizes })).rejects.toThrow(
      'found a world of version 1 with seed 7 and sizes 40/10/20.',
    );
    await put(parent, 'file', 'x');
    await expect(generateReviewWorld(join(parent, 'file'), { sizes })).rejects.toThrow('found a file of this name.');
  });

  it('accepts an empty folder', async () => {
    await mkdir(target, { recursive: true });
    expect(await readTruth((await generateReviewWorld(target, { sizes })).truthPath)).toHaveProperty('version', 1);
  });

  it('leaves nothing behind when it fails, and removes what died long ago', async () => {
    const failing = generateReviewWorld(target, {
      sizes,
      onProgress: () => {
        throw new Error('stopped from outside');
      },
    });
    await expect(failing).rejects.toThrow('stopped from outside');
    expect(await readdir(join(parent, 'deep'))).toEqual([]);

    const dead = join(parent, 'deep/.world.01234567-89ab-cdef-0123-456789abcdef.tmp');
    const young = join(parent, 'deep/.world.11234567-89ab-cdef-0123-456789abcdef.tmp');
    await mkdir(dead);
    await mkdir(young);
    await utimes(dead, 0, 0);
    await generateReviewWorld(target, { sizes });
    expect((await readdir(join(parent, 'deep'))).sort()).toEqual([young.split('/').at(-1), 'world']);
  });

  it('lets two at once end with one whole world', async () => {
    const [a, b] = await Promise.all([generateReviewWorld(target, { sizes }), generateReviewWorld(target, { sizes })]);
    expect(a).toEqual(b);
    expect(await readdir(join(parent, 'deep'))).toEqual(['world']);
    expect(await readdir(join(target, 'images'))).toHaveLength(70);
  });

  it('tells how far it is', async () => {
    const told: { done: number; total: number }[] = [];
    await generateReviewWorld(target, { sizes, onProgress: (progress) => told.push(progress) });
    expect(told.at(-1)).toEqual({ done: 70, total: 70 });
    expect(told.map(({ done }) => done)).toEqual([64, 70]);
  });

  it('refuses seeds and sizes out of range', async () => {
    await expect(generateReviewWorld(target, { seed: -1 })).rejects.toThrow(
      new RangeError('generateReviewWorld: seed must be a whole number from 0, got -1.'),
    );
    await expect(generateReviewWorld(target, { sizes: { test: 1.5 } })).rejects.toThrow(
      new RangeError('generateReviewWorld: sizes.test must be a whole number from 0, got 1.5.'),
    );
    await expect(generateReviewWorld(target, { sizes: { train: 0, validation: 0, test: 0 } })).rejects.toThrow(
      new RangeError('generateReviewWorld: sizes must sum to 1 to 999999, got 0.'),
    );
    await expect(generateReviewWorld(target, { sizes: { train: 1e9 } })).rejects.toThrow('got 1000001500.');
  });
});

describe('readTruth', () => {
  it.each([
    ['no file', undefined, 'the file is missing or not JSON.'],
    ['something else', '{"version":"1"}', 'got other JSON.'],
    ['a list', '[]', 'got other JSON.'],
    ['null', 'null', 'got other JSON.'],
    ['half of it', '{"version":1', 'the file is missing or not JSON.'],
  ])('refuses %s', async (_, content, message) => {
    const path = join(parent, 'truth.json');
    if (content !== undefined) await writeFile(path, content);
    await expect(readTruth(path)).rejects.toThrow(`${path}: expected the truth.json of a review world, ${message}`);
  });
});
