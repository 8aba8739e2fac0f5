import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { collect } from '../__fixtures__/collect.js';
import { readFixture } from '../__fixtures__/readFixture.js';
import { put, temporaryFolders } from '../__fixtures__/temporaryFolder.js';
import { readCsv } from '../reading/readCsv.js';
import { rewriteColumn } from './rewriteColumn.js';

interface GoldenTable {
  readonly text: string;
  readonly rows: readonly (readonly string[])[];
}

const everyTable = readFixture('csv.json') as readonly GoldenTable[]; // written by generate.py
const goldenTables = process.env.CROSSMODAL_VERIFY ? everyTable : everyTable.slice(0, 40);
const newFolder = temporaryFolders();
let folder: string;
beforeAll(async () => {
  folder = await newFolder();
});

async function rewrite(text: string | Uint8Array, column: string, replace: (field: string) => string): Promise<string> {
  const source = await put(folder, 'table.csv', text);
  const target = join(folder, 'new.csv');
  await rewriteColumn(source, target, { column, encoding: 'utf-8', delimiter: undefined, replace });
  return readFile(target, 'utf8');
}

describe('rewriteColumn', () => {
  it(`changes each column of ${goldenTables.length} tables that Python's csv wrote, and nothing else`, async () => {
    for (const { text, rows } of goldenTables) {
      const path = await put(folder, 'golden.csv', text);
      const [row] = await collect(readCsv(path, 'utf-8', undefined));
      for (const [index, column] of [...(row?.fields.keys() ?? [])].entries()) {
        expect(await rewrite(text, column, (field) => field)).toBe(text);
        const changed = await rewrite(text, column, (field) => `${field},"\n→`);
        const found = await collect(readCsv(await put(folder, 'changed.csv', changed), 'utf-8', undefined));
        const expected = rows.map((values) => values.map((value, i) => (i === index ? `${value},"\n→` : value)));
        expect({ text, rows: found.map(({ fields }) => [...fields.values()]) }).toEqual({ text, rows: expected });
      }
    }
  });

  it('finds a column whose header is quoted or has spaces, and fields in chunks of any size', async () => {
    const long = 'é'.repeat(70_000);
    const text = `"n", url \r\n${Array.from({ length: 30 }, (_, i) => `"${long}${i}",u${i}`).join('\r\n')}`;
    const changed = await rewrite(text, 'url', (field) => field.toUpperCase());
    expect(changed === text.replace(/,u(\d)/g, ',U$1')).toBe(true);
  });

  it('leaves nothing behind when the table is broken at its end', async () => {
    await rewrite('a,b\n1,2\n', 'a', () => 'old');
    await expect(rewrite('a,b\n1,2\n"3,4\n', 'a', () => 'new')).rejects.toThrow('line 3: a quote is opened');
    expect(await readFile(join(folder, 'new.csv'), 'utf8')).toBe('a,b\nold,2\n');
    expect((await readdir(folder)).filter((name) => name.endsWith('.partial'))).toEqual([]);
  });
});
