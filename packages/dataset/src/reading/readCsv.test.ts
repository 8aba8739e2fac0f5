import { beforeAll, describe, expect, it } from 'vitest';

import { readFixture } from '../__fixtures__/readFixture.js';
import { collect } from '../__fixtures__/collect.js';
import { put, temporaryFolders } from '../__fixtures__/temporaryFolder.js';
import { readCsv } from './readCsv.js';
import type { Row } from './Row.js';

interface GoldenTable {
  readonly text: string;
  readonly rows: readonly (readonly string[])[];
  readonly lines: readonly number[];
}

const everyTable = readFixture('csv.json') as readonly GoldenTable[]; // written by generate.py
const goldenTables = process.env.CROSSMODAL_VERIFY ? everyTable : everyTable.slice(0, 40);
const newFolder = temporaryFolders();
let folder: string;
beforeAll(async () => {
  folder = await newFolder();
});

async function read(content: string | Uint8Array, encoding = 'utf-8', delimiter?: string): Promise<Row[]> {
  return collect(readCsv(await put(folder, 'table.csv', content), encoding, delimiter));
}

async function values(content: string | Uint8Array, delimiter?: string): Promise<(string | readonly string[])[][]> {
  return (await read(content, 'utf-8', delimiter)).map(({ fields }) => [...fields.values()]);
}

describe('readCsv', () => {
  it(`reads ${goldenTables.length} tables as Python's csv wrote them, with physical line numbers`, async () => {
    for (const { text, rows, lines } of goldenTables) {
      const found = await read(text);
      expect({ text, rows: found.map(({ fields }) => [...fields.values()]) }).toEqual({ text, rows });
      expect({ text, lines: found.map(({ line }) => line) }).toEqual({ text, lines });
    }
  });

  it('counts physical lines through quoted newlines, blank lines and mixed line ends', async () => {
    const rows = await read('a,b\r\n1,"x\r\ny"\r\n\r\n\n2,"z\nw\rv"\n3,4\r5,6');
    expect(rows.map(({ line }) => line)).toEqual([2, 6, 9, 10]);
  });

  it('drops a byte order mark, spaces around column names, and blank lines', async () => {
    const rows = await read('\ufeff\n text , label \n\n   \nhello,yes\n');
    expect(rows.map(({ line, fields }) => [line, ...fields])).toEqual([[5, ['text', 'hello'], ['label', 'yes']]]);
  });

  it.each([
    [',', 'a,b;c,d\n1,2,3\n'],
    [';', 'a;b,c;d\n1;2;3\n'],
    ['tab', 'a\tb,c\td\n1\t2\t3\n'],
  ])('finds the delimiter in the header: %s', async (_, text) => {
    expect(await values(text)).toEqual([['1', '2', '3']]);
  });

  it('does not count delimiters inside quotes', async () => {
    expect(await values('"a,b,c,d";e\n1;2\n')).toEqual([['1', '2']]);
  });

  it('takes the delimiter it is told', async () => {
    expect(await values('a|b\n1|2\n', '|')).toEqual([['1', '2']]);
    await expect(read('a', 'utf-8', '')).rejects.toThrow(
      new RangeError('loadSamples: delimiter must be one character and no quote or line end, got "".'),
    );
    await expect(read('a', 'utf-8', '"')).rejects.toThrow(RangeError);
  });

  it('keeps rows with too many or too few fields, with the counts', async () => {
    const rows = await read('a,b\n1\n1,2\n1,2,3\n1,2,\n');
    expect(rows.map(({ line, problem }) => [line, problem])).toEqual([
      [2, { reason: 'wrong number of fields', detail: '1 instead of 2' }],
      [3, undefined],
      [4, { reason: 'wrong number of fields', detail: '3 instead of 2' }],
      [5, { reason: 'wrong number of fields', detail: '3 instead of 2' }],
    ]);
  });

  it('refuses a column that occurs twice', async () => {
    await expect(read('text,label, text\n1,2,3\n')).rejects.toThrow(
      `${folder}/table.csv: column "text" occurs twice in the header. Rename one.`,
    );
  });

  it.each(['', '\n\n', '\ufeff', '  \r\n'])('refuses an empty file: %j', async (content) => {
    await expect(read(content)).rejects.toThrow('expected a header and rows, the file is empty.');
  });

  it('gives no rows for a header alone', async () => {
    expect(await read('text,label')).toEqual([]);
  });

  it('says on which line a quote is opened and never closed', async () => {
    await expect(read('a,b\n1,"x\ny"\n2,"never\nclosed\n')).rejects.toMatchObject({
      line: 4,
      message: `${folder}/table.csv: line 4: a quote is opened and never closed.`,
    });
  });

  it('counts the lines before an error rightly, however many rows are read at once', async () => {
    await expect(read(`a,b\r\n${'1,"x\r\ny"\r\n\r\n'.repeat(50)}2,"z"z\r\n`)).rejects.toMatchObject({ line: 152 });
    await expect(read(`a,b\n${'1,2\n\n'.repeat(50)}\n3,"x`)).rejects.toMatchObject({ line: 103 });
  });

  it('gives up on an unclosed quote before the whole file is in memory', async () => {
    const rest = 'x'.repeat(2 ** 20);
    const content = `a,b\n1,"${`${rest}\n`.repeat(20)}`;
    await expect(read(content)).rejects.toMatchObject({
      line: 2,
      message: `${folder}/table.csv: line 2: a row is longer than 16777216 characters. Is a quote never closed?`,
    });
  });

  it.each([
    ['behind a quoted field', 'a,b\n1,"x"y\n'],
    ['in an unquoted field', 'a,b\n1,5" screen\n'],
  ])('refuses a stray quote %s without repeating the text', async (_, content) => {
    await expect(read(content)).rejects.toMatchObject({
      line: 2,
      message: `${folder}/table.csv: line 2: a quote stands inside a field. Quote the whole field and double the quotes in it.`,
    });
  });

  it('reads characters that lie across the chunks of a file', async () => {
    const text = 'é😀漢'.repeat(30_000);
    expect(await values(`a,b\n${text},1\n`)).toEqual([[text, '1']]);
  });

  it('names a column of the prototype like any other', async () => {
    const [row] = await read('__proto__,constructor\n1,2\n');
    expect([...row!.fields]).toEqual([
      ['__proto__', '1'],
      ['constructor', '2'],
    ]);
  });

  it('reads a header of 100,000 columns', async () => {
    const columns = Array.from({ length: 100_000 }, (_, i) => `c${i}`).join(',');
    const [row] = await read(`${columns}\n${columns}\n`);
    expect(row!.fields.get('c99999')).toBe('c99999');
  });

  it('closes the file when the reader stops early', async () => {
    const path = await put(folder, 'long.csv', `a\n${'row\n'.repeat(100_000)}`);
    for await (const row of readCsv(path, 'utf-8', undefined)) {
      expect(row.line).toBe(2);
      break;
    }
  });
});
