import { execFileSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

import { collect } from '../__fixtures__/collect.js';
import { put, temporaryFolders } from '../__fixtures__/temporaryFolder.js';
import { readText } from './readText.js';

const newFolder = temporaryFolders();
let folder: string;
beforeAll(async () => {
  folder = await newFolder();
});

async function read(content: Uint8Array | string, encoding = 'utf-8'): Promise<string> {
  const chunks = await collect(readText(await put(folder, 'text.txt', content), encoding));
  return chunks.join('');
}

function utf16(text: string): Buffer {
  return Buffer.from(text, 'utf16le');
}

describe('readText', () => {
  it.each([
    ['utf-8', Buffer.from('\ufeffnaïve 😀')],
    ['utf-16le', utf16('\ufeffnaïve 😀')],
    ['windows-1252', Buffer.from('na\xefve \x80', 'latin1')],
    ['gb18030', Buffer.from([0xc4, 0xe3, 0xba, 0xc3])],
  ])('reads %s', async (encoding, bytes) => {
    const expected: Record<string, string> = { 'windows-1252': 'naïve €', gb18030: '你好' };
    expect(await read(bytes, encoding)).toBe(expected[encoding] ?? 'naïve 😀');
  });

  it.each([
    ['Latin-1', Buffer.from('one\ntwo\nna\xefve\n', 'latin1'), 3],
    ['UTF-16', utf16('\ufeffone\ntwo'), 1],
    ['an overlong form', Buffer.from([0x61, 0x0a, 0xc0, 0xaf]), 2],
    ['half a character at the end', Buffer.from([0x61, 0x0a, 0x0a, 0xe2, 0x82]), 3],
    ['an encoded surrogate', Buffer.from([0xed, 0xa0, 0x80]), 1],
  ])('refuses %s read as UTF-8, with the line and a hint', async (_, bytes, line) => {
    await expect(read(bytes)).rejects.toMatchObject({
      line,
      message:
        `${folder}/text.txt: line ${line}: expected text in utf-8, found other bytes. If the file is in another ` +
        'encoding, name it (encoding: "windows-1252", "utf-16le", "gb18030", ...).',
    });
  });

  it('finds the line of a bad byte deep in a file', async () => {
    const good = Buffer.from('é😀 a line\n'.repeat(20_000));
    await expect(read(Buffer.concat([good, Buffer.from([0x61, 0xff])]))).rejects.toMatchObject({ line: 20_001 });
  });

  it('refuses an encoding that does not exist', async () => {
    await expect(read('a', 'utf-9')).rejects.toThrow(
      'encoding: unknown name "utf-9". Use utf-8, utf-16le, windows-1252',
    );
  });

  it('refuses a missing file, a folder and a pipe by name', async () => {
    const readPath = (path: string): Promise<string[]> => collect(readText(path, 'utf-8'));
    await expect(readPath(join(folder, 'no.csv'))).rejects.toThrow(`${folder}/no.csv: expected a file, there is none.`);
    await mkdir(join(folder, 'sub'));
    await expect(readPath(join(folder, 'sub'))).rejects.toThrow('sub: expected a file, got a folder or device.');
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    await expect(readPath(join(folder, 'pipe'))).rejects.toThrow('pipe: expected a file, got a folder or device.');
  });
});
