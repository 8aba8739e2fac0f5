import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';

import { put, temporaryFolders } from '../__fixtures__/temporaryFolder.js';
import { DatasetError } from '../errors/DatasetError.js';
import { loadSamples } from './loadSamples.js';

const newFolder = temporaryFolders();
let folder: string;
beforeEach(async () => {
  folder = await newFolder();
});

async function load(
  content: string,
  options?: Parameters<typeof loadSamples>[1],
  name = 'data.csv',
): ReturnType<typeof loadSamples> {
  return loadSamples(await put(folder, name, content), options);
}

describe('loadSamples', () => {
  it('reads CSV with the default columns; images are relative to the file', async () => {
    const { samples, report } = await load(
      'text,image_path,label\n" a text ", images/1.jpg , positive \nb,,negative\n',
    );
    expect(samples).toEqual([
      { id: 'line-2', text: ' a text ', images: [join(folder, 'images/1.jpg')], label: 'positive', line: 2 },
      { id: 'line-3', text: 'b', images: [], label: 'negative', line: 3 },
    ]);
    expect(report).toEqual({ rowsRead: 2, skipped: [], skippedByReason: {} });
  });

  it('reads JSON Lines, by extension or by name, and keeps every image of a list', async () => {
    const content =
      '{"id":7,"text":"a","image_path":["1.jpg"," ","2.jpg"],"label":1}\n{"text":"b","image_path":null,"label":true}\n';
    const expected = [
      { id: '7', text: 'a', images: [join(folder, '1.jpg'), join(folder, '2.jpg')], label: '1', line: 1 },
      { id: 'line-2', text: 'b', images: [], label: 'true', line: 2 },
    ];
    expect((await load(content, {}, 'a.jsonl')).samples).toEqual(expected);
    expect((await load(content, {}, 'a.NDJSON')).samples).toEqual(expected);
    expect((await load(content, { format: 'jsonl' }, 'a.txt')).samples).toEqual(expected);
  });

  it('takes the columns it is told', async () => {
    const { samples } = await load('key;review;photo;stars;part\nx1;good;p.png;5;dev\n', {
      idColumn: 'key',
      textColumn: 'review',
      imageColumn: 'photo',
      labelColumn: 'stars',
      splitColumn: 'part',
    });
    expect(samples).toEqual([
      { id: 'x1', text: 'good', images: [join(folder, 'p.png')], label: '5', split: 'validation', line: 2 },
    ]);
  });

  it('does without labels and images where it is told so', async () => {
    const { samples } = await load('text\nhello\n', { labelColumn: null, imageColumn: null });
    expect(samples).toEqual([{ id: 'line-2', text: 'hello', images: [], label: null, line: 2 }]);
  });

  it('knows the usual names of splits in any case', async () => {
    const names = ['train', 'TRAINING', 'val', 'Valid', 'validation', 'dev', 'test'];
    const rows = names.map((name) => `a,1,${name}`).join('\n');
    const { samples } = await load(`text,label,split\n${rows}\n`, { splitColumn: 'split', imageColumn: null });
    expect(samples.map(({ split }) => split)).toEqual([
      'train',
      'train',
      'validation',
      'validation',
      'validation',
      'validation',
      'test',
    ]);
  });

  it('accounts for every row: read = used + skipped, by reason', async () => {
    await mkdir(join(folder, 'images'));
    await symlink('/etc', join(folder, 'out'));
    await put(folder, 'images/real.jpg', 'x');
    await symlink(join(folder, 'images/real.jpg'), join(folder, 'images/inside.jpg'));
    await symlink('/etc/hostname', join(folder, 'images/link.jpg'));
    const rows = [
      'good,images/real.jpg,a,train',
      ',images/1.jpg,a,train',
      '"  ",images/1.jpg,a,train',
      'no label,images/1.jpg, ,train',
      'bad split,images/1.jpg,a,trian',
      'no split,images/1.jpg,a,',
      'too few,images/1.jpg',
      'up,../1.jpg,a,test',
      'absolute,/etc/passwd,a,test',
      'windows,C:\\1.jpg,a,test',
      'url,https://example.org/1.jpg,a,test',
      'link out,images/link.jpg,a,test',
      'folder out,out/passwd,a,test',
      'link inside,images/inside.jpg,b,test',
      'missing is no concern here,images/none.jpg,b,test',
    ];
    const { samples, report } = await load(`text,image_path,label,split\n${rows.join('\n')}\n`, {
      splitColumn: 'split',
    });
    expect(samples.map(({ line }) => line)).toEqual([2, 15, 16]);
    expect(report.skippedByReason).toEqual({
      'no text': 2,
      'no label': 1,
      'split is not train, validation or test': 2,
      'wrong number of fields': 1,
      'image path leads out of the folder': 3,
      'image path is a URL': 1,
      'image link leads out of the folder': 2,
    });
    expect(report.rowsRead).toBe(rows.length);
    expect(report.rowsRead).toBe(samples.length + report.skipped.length);
    expect(report.skipped.map(({ line }) => line)).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]);
    expect(report.skipped[5]).toEqual({
      id: 'line-8',
      line: 8,
      reason: 'wrong number of fields',
      detail: '2 instead of 4',
    });
  });

  it('skips a whole row when one of its images may not be used', async () => {
    const { samples, report } = await load(
      '{"text":"a","image_path":["1.jpg","../2.jpg"],"label":"x"}\n',
      {},
      'a.jsonl',
    );
    expect(samples).toEqual([]);
    expect(report.skippedByReason).toEqual({ 'image path leads out of the folder': 1 });
  });

  it('skips rows of JSON Lines whose text or label is a list, or whose numbers are out of range', async () => {
    const content =
      '{"text":["a"],"label":"x"}\n{"text":"a","label":["x"]}\n{"text":"a","label":1e999}\n{"text":"a","label":"x"}\n';
    const { samples, report } = await load(content, { imageColumn: null }, 'a.jsonl');
    expect(samples).toHaveLength(1);
    expect(report.skippedByReason).toEqual({ 'text is a list': 1, 'label is a list': 1, 'number out of range': 1 });
  });

  it('allows images elsewhere when told so, links included', async () => {
    const other = await newFolder();
    await put(other, 'a.jpg', 'x');
    await symlink(join(other, 'a.jpg'), join(folder, 'link.jpg'));
    const content = `text,image_path,label\na,${other}/a.jpg,x\nb,link.jpg,x\nc,../up.jpg,x\n`;
    expect((await load(content)).samples).toEqual([]);
    const { samples } = await load(content, { allowOutside: true });
    expect(samples.map(({ images }) => images[0])).toEqual([
      join(other, 'a.jpg'),
      join(folder, 'link.jpg'),
      join(folder, '../up.jpg'),
    ]);
  });

  it('works in a folder that is itself reached by a link', async () => {
    const real = await newFolder();
    await put(real, 'images/1.jpg', 'x');
    await put(real, 'data.csv', 'text,image_path,label\na,images/1.jpg,x\n');
    await symlink(real, join(folder, 'alias'));
    const { samples } = await loadSamples(join(folder, 'alias/data.csv'));
    expect(samples.map(({ images }) => images)).toEqual([[join(folder, 'alias/images/1.jpg')]]);
  });

  it('keeps labels as they are spelled', async () => {
    const { samples } = await load('text,label\na,1\nb,01\nc,1.0\nd,Yes\ne,yes\n', { imageColumn: null });
    expect(samples.map(({ label }) => label)).toEqual(['1', '01', '1.0', 'Yes', 'yes']);
  });

  it('keeps texts as they are, whatever they are', async () => {
    const texts = [
      '<script>alert(1)</script>',
      '{{7*7}}',
      '=HYPERLINK("x")',
      '\u001b[31mred',
      '\u202eabc',
      'a\0b',
      '👨‍👩‍👧',
      'Z̸̛͙a',
    ];
    const lines = texts.map((text) => JSON.stringify({ text, label: 'x' })).join('\n');
    const { samples } = await load(lines, { imageColumn: null }, 'a.jsonl');
    expect(samples.map(({ text }) => text)).toEqual(texts);
  });

  it('reads only the first rows when told so', async () => {
    const { samples, report } = await load('text,label\na,1\n,2\nc,3\nd,4\n', { imageColumn: null, limit: 3 });
    expect([samples.length, report.rowsRead]).toEqual([2, 3]);
    await expect(load('text,label\na,1\n', { limit: 0 })).rejects.toThrow(
      new RangeError('loadSamples: limit must be a whole number from 1, got 0.'),
    );
  });

  it('reads other encodings and names the line of a wrong byte', async () => {
    const content = Buffer.from('text,label\ngood,1\nna\xefve,1\n', 'latin1');
    const path = await put(folder, 'latin.csv', content);
    const { samples } = await loadSamples(path, { imageColumn: null, encoding: 'windows-1252' });
    expect(samples[1]?.text).toBe('naïve');
    await expect(loadSamples(path, { imageColumn: null })).rejects.toMatchObject({
      name: 'DatasetError',
      path,
      line: 3,
    });
  });

  it('lists the columns there are when one is missing', async () => {
    await expect(load('Text,img,sentiment\na,b,c\n')).rejects.toThrow(
      `${folder}/data.csv: expected the columns "text" (textColumn; did you mean "Text"?), "image_path" (imageColumn; did ` +
        'you mean "img"?), "label" (labelColumn; did you mean "sentiment"?), found "Text", "img", "sentiment". ' +
        'Name the columns of your file.',
    );
  });

  it('lets a column of JSON Lines first appear in a later row', async () => {
    const content = '{"text":"a"}\n{"text":"b","label":"x"}\n';
    const { samples, report } = await load(content, { imageColumn: null }, 'a.jsonl');
    expect([samples.length, report.skippedByReason]).toEqual([1, { 'no label': 1 }]);
    await expect(load(content, {}, 'a.jsonl')).rejects.toThrow(
      'expected the column "image_path" (imageColumn), found "text", "label".',
    );
  });

  it('counts ids that repeat and names the first', async () => {
    const error = load('id,text,label\na,x,1\nb,x,1\na,x,1\na,x,1\n', { imageColumn: null });
    await expect(error).rejects.toBeInstanceOf(DatasetError);
    await expect(error).rejects.toMatchObject({
      line: 4,
      message:
        `${folder}/data.csv: line 4: expected ids that occur once, 2 rows have an id that was used before; the first is ` +
        '"a", used on line 2. Name another id column.',
    });
  });

  it('numbers rows without an id by their line', async () => {
    const { samples } = await load('id,text,label\n,x,1\nb,x,1\n', { imageColumn: null });
    expect(samples.map(({ id }) => id)).toEqual(['line-2', 'b']);
  });

  it.each(['data.pkl', 'data.NPY', 'data.parquet', 'data.xlsx', 'data.csv.gz'])(
    'refuses %s by its name',
    async (name) => {
      await expect(load('x', {}, name)).rejects.toThrow(
        /expected CSV or JSON Lines, got a \.\w+ file\. Export it as CSV\./,
      );
    },
  );

  it('refuses a file without rows, a missing file and a folder', async () => {
    await expect(load('text,image_path,label\n')).rejects.toThrow('data.csv: expected rows, found none.');
    await expect(load('\n', {}, 'a.jsonl')).rejects.toThrow('a.jsonl: expected rows, found none.');
    await expect(loadSamples(join(folder, 'none.csv'))).rejects.toThrow('none.csv: expected a file, there is none.');
    await expect(loadSamples(folder)).rejects.toThrow('expected a file, got a folder or device.');
  });

  it('keeps the order of 4,000 rows', async () => {
    const rows = Array.from({ length: 4000 }, (_, i) => `text ${i},images/${i}.jpg,${i % 3}`);
    const { samples } = await load(`text,image_path,label\n${rows.join('\n')}\n`);
    expect(samples).toHaveLength(4000);
    expect(samples.every(({ text }, i) => text === `text ${i}`)).toBe(true);
  });
});
