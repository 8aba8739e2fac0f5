import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';

import { samplePicture } from '../__fixtures__/samplePicture.js';
import { put, temporaryFolders } from '../__fixtures__/temporaryFolder.js';
import { encodeJpeg } from '../images/encodeJpeg.js';
import { encodePng } from '../images/encodePng.js';
import { checkDataset, type CheckOptions } from './checkDataset.js';
import type { DatasetCheck } from './DatasetCheck.js';
import { summarize } from './summarize.js';

const newFolder = temporaryFolders();
let folder: string;
beforeEach(async () => {
  folder = await newFolder();
  await put(folder, 'a.png', await encodePng(samplePicture(4, 3)));
  await put(folder, 'copy-of-a.jpg', await encodePng(samplePicture(4, 3)));
  await put(folder, 'b.jpg', await encodeJpeg(samplePicture(8, 6)));
});

async function check(
  rows: readonly string[],
  options: CheckOptions = {},
  header = 'text,image_path,label',
): Promise<DatasetCheck> {
  return checkDataset(await put(folder, 'data.csv', `${[header, ...rows].join('\n')}\n`), options);
}

/** Rows that give nothing to warn about. */
const soundRows = ['one,a.png,x', 'two,b.jpg,x', 'three,a.png,x', 'four,b.jpg,y', 'five,a.png,y', 'six,b.jpg,y'];

describe('checkDataset', () => {
  it('describes a sound data set, with nothing to warn about', async () => {
    expect(await check(soundRows)).toEqual({
      path: join(folder, 'data.csv'),
      report: { rowsRead: 6, skipped: [], skippedByReason: {} },
      rowsUsed: 6,
      repeatedIds: 0,
      labels: [
        { label: 'x', samples: 3, share: 0.5 },
        { label: 'y', samples: 3, share: 0.5 },
      ],
      text: { characters: { min: 3, median: 3, p95: 5, max: 5 }, words: { min: 1, median: 1, p95: 1, max: 1 } },
      images: {
        rowsWithout: 0,
        files: 2,
        formats: { png: 1, jpeg: 1 },
        width: { min: 4, median: 4, p95: 8, max: 8 },
        height: { min: 3, median: 3, p95: 6, max: 6 },
        unreadable: [],
        unreadableByReason: {},
      },
      duplicates: { contents: 0, rows: 0, acrossSplits: 0, withOtherLabel: 0, examples: [] },
      warnings: [],
    });
  });

  it('accounts for rows that are left out', async () => {
    const { report, rowsUsed } = await check([...soundRows, ',a.png,x', 'up,../a.png,y']);
    expect(report.skippedByReason).toEqual({ 'no text': 1, 'image path leads out of the folder': 1 });
    expect(report.rowsRead).toBe(rowsUsed + report.skipped.length);
  });

  it('lists images that cannot be read, for each row that names them', async () => {
    const whole = await encodeJpeg(samplePicture(64, 64));
    await put(folder, 'cut.jpg', whole.subarray(0, whole.length / 2));
    const { images, rowsUsed, warnings } = await check([
      ...soundRows,
      'seven,cut.jpg,x',
      'eight,cut.jpg,y',
      'nine,none.jpg,y',
      'ten,,x',
    ]);
    expect(images.unreadable.map(({ id, line, reason }) => [id, line, reason])).toEqual([
      ['line-8', 8, 'unreadable'],
      ['line-9', 9, 'unreadable'],
      ['line-10', 10, 'missing'],
    ]);
    expect(images.unreadable[2]).toMatchObject({
      path: join(folder, 'none.jpg'),
      message: `image ${join(folder, 'none.jpg')}: missing: no such file.`,
    });
    expect(images).toMatchObject({ files: 4, rowsWithout: 1, unreadableByReason: { unreadable: 2, missing: 1 } });
    expect(rowsUsed).toBe(10);
    expect(warnings).toEqual(['2 of 4 image files cannot be read.', '1 rows name no image.']);
  });

  it('counts characters as people do more nearly than UTF-16 does, and words by white space', async () => {
    const { text } = await check(['😀😀,a.png,x', '"a  b\tc",b.jpg,x', ...soundRows]);
    expect(text?.characters.min).toBe(2);
    expect(text?.words.max).toBe(3);
  });

  it('finds repeated contents, across splits and with other labels', async () => {
    const rows = [
      'same,a.png,x,train',
      'same,copy-of-a.jpg,y,test',
      'same,b.jpg,x,train',
      'other,b.jpg,y,val',
      'other,b.jpg,y,val',
    ];
    const { duplicates, splits, labels, warnings } = await check(
      rows,
      { splitColumn: 'split' },
      'text,image_path,label,split',
    );
    expect(duplicates).toEqual({
      contents: 2,
      rows: 2,
      acrossSplits: 1,
      withOtherLabel: 1,
      examples: [
        ['line-2', 'line-3'],
        ['line-5', 'line-6'],
      ],
    });
    expect(splits).toEqual({ train: 2, validation: 2, test: 1 });
    expect(labels).toEqual([
      { label: 'y', samples: 3, share: 0.6, splits: { train: 0, validation: 2, test: 1 } },
      { label: 'x', samples: 2, share: 0.4, splits: { train: 2, validation: 0, test: 0 } },
    ]);
    expect(warnings).toEqual([
      'fewer than 3 samples of "x": too few to train, choose and test with.',
      'the train split has no samples of "y".',
      'the validation split has no samples of "x".',
      'the test split has no samples of "x".',
      '2 rows repeat the text and the image of an earlier row.',
      '1 contents are in more than one split: the numbers would be too good.',
      '1 repeated contents have more than one label.',
    ]);
  });

  it('warns about imbalance, labels that differ in case, and empty splits', async () => {
    const many = Array.from({ length: 16 }, (_, i) => `text ${i},a.png,x,train`);
    const few = Array.from({ length: 3 }, (_, i) => `other ${i},b.jpg,X,train`);
    const { warnings } = await check([...many, ...few], { splitColumn: 'split' }, 'text,image_path,label,split');
    expect(warnings).toEqual([
      'labels are imbalanced: "x" occurs 16 times, "X" 3 times. Look at macro F1 rather than accuracy, and consider class weights.',
      'labels that differ in case only count as different: "x", "X".',
      'the validation split is empty.',
      'the test split is empty.',
    ]);
  });

  it('warns about a single label and about labels whose images are all broken', async () => {
    expect((await check(soundRows.slice(0, 3))).warnings).toEqual([
      'all labels are "x": there is nothing to tell apart.',
    ]);
    const { warnings } = await check([...soundRows.slice(0, 3), 'p,no1.png,y', 'q,no2.png,y', 'r,,y']);
    expect(warnings).toContain('no row with a readable image is left of "y".');
  });

  it('says when nothing can be used, when there are no labels and when there are no images', async () => {
    const empty = await check([',a.png,x']);
    expect([empty.warnings[0], empty.text, empty.labels]).toEqual(['none of the 1 rows can be used.', undefined, []]);
    const { warnings, labels } = await check(['one', 'two'], { labelColumn: null, imageColumn: null }, 'text');
    expect(labels).toEqual([]);
    expect(warnings).toEqual([
      'there are no labels: the rows can be predicted but not trained on.',
      'no row names an image.',
    ]);
  });

  it('counts ids that repeat instead of stopping', async () => {
    const rows = soundRows.map((row) => `same,${row}`);
    const { repeatedIds, warnings } = await check(rows, {}, 'id,text,image_path,label');
    expect(repeatedIds).toBe(5);
    expect(warnings).toEqual(['5 rows have an id that was used before: name another id column.']);
  });

  it('holds pictures to a limit of pixels', async () => {
    const { images } = await check(soundRows, { maxPixels: 12 });
    expect(images.unreadableByReason).toEqual({ 'too large': 3 });
  });

  it('tells how many image files it has looked at, each once', async () => {
    const told: unknown[] = [];
    await check(soundRows, { onProgress: (progress) => told.push(progress) });
    expect(told).toEqual([
      { done: 1, total: 2 },
      { done: 2, total: 2 },
    ]);
  });

  it('keeps a label called __proto__', async () => {
    const { labels } = await check(['one,a.png,__proto__', 'two,b.jpg,constructor']);
    expect(labels.map(({ label }) => label)).toEqual(['__proto__', 'constructor']);
  });

  it('fails as loadSamples does on a file that is none', async () => {
    await expect(checkDataset(join(folder, 'none.csv'))).rejects.toThrow('none.csv: expected a file, there is none.');
    await expect(check(['x'], {}, 'review')).rejects.toThrow('did you mean "review"?');
  });

  it('is plain data', async () => {
    const found = await check(soundRows);
    expect(JSON.parse(JSON.stringify(found))).toEqual(found);
  });
});

describe('summarize', () => {
  it('gives values of the list', () => {
    const values = Array.from({ length: 100 }, (_, i) => 100 - i);
    expect(summarize(values)).toEqual({ min: 1, median: 50, p95: 95, max: 100 });
    expect(summarize([7])).toEqual({ min: 7, median: 7, p95: 7, max: 7 });
    expect(summarize([])).toBeUndefined();
  });
});
