import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

import { samplePicture } from '../__fixtures__/samplePicture.js';
import { sampleOf } from '../__fixtures__/sampleOf.js';
import { put, temporaryFolders } from '../__fixtures__/temporaryFolder.js';
import { encodePng } from '../images/encodePng.js';
import { findDuplicates } from './findDuplicates.js';

const newFolder = temporaryFolders();
let folder: string;
let one: string;
let copyOfOne: string;
let two: string;
beforeAll(async () => {
  folder = await newFolder();
  one = await put(folder, 'one.png', await encodePng(samplePicture(4, 4)));
  copyOfOne = await put(folder, 'copy.png', await encodePng(samplePicture(4, 4)));
  two = await put(folder, 'two.png', await encodePng(samplePicture(4, 4, 1)));
});

describe('findDuplicates', () => {
  it('finds the same text with the same image bytes in two splits', async () => {
    const found = await findDuplicates({
      train: [sampleOf('a', { text: 'x', images: [one] }), sampleOf('b', { text: 'y', images: [one] })],
      validation: [sampleOf('c', { text: 'x', images: [two] })],
      test: [sampleOf('d', { text: 'x', images: [copyOfOne] })],
    });
    expect(found).toEqual([{ ids: ['a', 'd'], splits: ['train', 'test'] }]);
  });

  it('is not concerned with repetitions inside a split', async () => {
    const twins = [sampleOf('a', { text: 'x', images: [one] }), sampleOf('b', { text: 'x', images: [one] })];
    expect(await findDuplicates({ train: twins, validation: [], test: [] })).toEqual([]);
    const found = await findDuplicates({
      train: twins,
      validation: [],
      test: [sampleOf('c', { text: 'x', images: [one] })],
    });
    expect(found).toEqual([{ ids: ['a', 'b', 'c'], splits: ['train', 'train', 'test'] }]);
  });

  it('compares every image, in order, and no image with no image', async () => {
    const found = await findDuplicates({
      train: [sampleOf('a', { text: 'x', images: [one, two] }), sampleOf('b', { text: 'z' })],
      validation: [sampleOf('c', { text: 'x', images: [two, one] })],
      test: [sampleOf('d', { text: 'x', images: [one] }), sampleOf('e', { text: 'z' })],
    });
    expect(found).toEqual([{ ids: ['b', 'e'], splits: ['train', 'test'] }]);
  });

  it('takes images that cannot be read for equal only when they are the same file', async () => {
    const found = await findDuplicates({
      train: [sampleOf('a', { text: 'x', images: [join(folder, 'no1')] })],
      validation: [sampleOf('b', { text: 'x', images: [join(folder, 'no2')] })],
      test: [sampleOf('c', { text: 'x', images: [join(folder, 'no1')] })],
    });
    expect(found).toEqual([{ ids: ['a', 'c'], splits: ['train', 'test'] }]);
  });

  it('reads no image whose text occurs once', async () => {
    // A pipe is refused when it is looked at; a text of its own means it is not: both give no duplicate, and neither waits.
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const found = await findDuplicates({
      train: [sampleOf('a', { text: 'only here', images: [pipe] })],
      validation: [],
      test: [sampleOf('b', { text: 'and here', images: [pipe] })],
    });
    expect(found).toEqual([]);
  });
});
