import { beforeAll, describe, expect, it } from 'vitest';

import { collect } from '../__fixtures__/collect.js';
import { put, temporaryFolders } from '../__fixtures__/temporaryFolder.js';
import { readJsonLines } from './readJsonLines.js';
import type { Row } from './Row.js';

const newFolder = temporaryFolders();
let folder: string;
beforeAll(async () => {
  folder = await newFolder();
});

async function read(content: string): Promise<Row[]> {
  return collect(readJsonLines(await put(folder, 'rows.jsonl', content), 'utf-8'));
}

describe('readJsonLines', () => {
  it('reads one object per line, with line numbers, blank lines passed over', async () => {
    const rows = await read('\ufeff{"a":"1"}\r\n\n  \n{"a":"2"}\n{"a":"3"}');
    expect(rows.map(({ line, fields }) => [line, fields.get('a')])).toEqual([
      [1, '1'],
      [4, '2'],
      [5, '3'],
    ]);
  });

  it('makes text of numbers and booleans, nothing of null, and keeps lists of strings', async () => {
    const [row] = await read('{"a":1.50,"b":true,"c":null,"d":["x","y"],"e":{"f":1},"g":[1],"h":[]}');
    expect([...row!.fields]).toEqual([
      ['a', '1.5'],
      ['b', 'true'],
      ['c', ''],
      ['d', ['x', 'y']],
      ['h', []],
    ]);
  });

  it('ends lines at newlines alone', async () => {
    const rows = await read('{"a":"one\u2028two\u2029three"}\n{"a":\r"x"}\n');
    expect(rows.map(({ fields }) => fields.get('a'))).toEqual(['one\u2028two\u2029three', 'x']);
  });

  it('takes the last of a repeated key', async () => {
    expect((await read('{"a":"1","a":"2"}'))[0]!.fields.get('a')).toBe('2');
  });

  it('treats __proto__ as a name like any other', async () => {
    const [row] = await read('{"__proto__":"x","constructor":"y","a":{"__proto__":{"polluted":"yes"}}}');
    expect([...row!.fields]).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it.each(['1e400', '-1e999', '9007199254740993'])(
    'marks a row with a number that JavaScript cannot hold: %s',
    async (n) => {
      const [row] = await read(`{"id":${n},"a":"x"}`);
      expect(row!.problem).toEqual({ reason: 'number out of range', detail: 'in "id"' });
    },
  );

  it.each([
    ['[1,2]', 'an array'],
    ['null', 'null'],
    ['"text"', 'a string'],
    ['3', 'a number'],
    ['{"a":', 'something that is not JSON'],
    ["{'a':1}", 'something that is not JSON'],
    ['{"a":"secret"} {"b":1}', 'something that is not JSON'],
  ])('refuses %s with the line', async (content, found) => {
    await expect(read(`{"a":"1"}\n\n${content}\n`)).rejects.toMatchObject({
      line: 3,
      message: `${folder}/rows.jsonl: line 3: expected a JSON object, got ${found}.`,
    });
  });

  it('survives deep nesting', async () => {
    const depth = 200_000;
    const rows = await read(`{"a":"x","b":${'['.repeat(depth)}${']'.repeat(depth)}}`).catch((error: unknown) => error);
    expect(Array.isArray(rows) ? (rows as Row[])[0]!.fields.get('a') : String(rows)).toMatch(/^x$|not JSON/);
  });

  it('gives up on a line that never ends', async () => {
    await expect(read(`{"a":"1"}\n{"a":"${'x'.repeat(17 * 2 ** 20)}`)).rejects.toMatchObject({
      line: 2,
      message: `${folder}/rows.jsonl: line 2: expected at most 16777216 characters.`,
    });
  });
});
