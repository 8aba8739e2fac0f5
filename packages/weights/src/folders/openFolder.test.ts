import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openFolder } from './openFolder.js';
import { subfolder } from './subfolder.js';

describe('openFolder', () => {
  let root: string;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'crossmodal-folder-'));
    await mkdir(join(root, 'inner'));
    await writeFile(join(root, 'inner', 'config.json'), '{"size":2}');
    await writeFile(join(root, 'bytes'), Uint8Array.of(0xff, 0xfe));
    await writeFile(join(root, 'broken.json'), '{"size":');
  });
  afterAll(() => rm(root, { recursive: true }));

  it('reads bytes, text and JSON from a path, a file: URL or its text', async () => {
    for (const location of [root, pathToFileURL(root), pathToFileURL(root).href]) {
      const folder = openFolder(location);
      expect(folder.location).toBe(root);
      expect(await folder.readJson('inner/config.json')).toEqual({ size: 2 });
      expect(await folder.readText('inner/config.json')).toBe('{"size":2}');
      expect([...(await folder.read('bytes'))]).toEqual([0xff, 0xfe]);
    }
  });

  it('gives back a folder that is open already', () => {
    const folder = openFolder(root);
    expect(openFolder(folder)).toBe(folder);
  });

  it('says which files are there; folders are none', async () => {
    const folder = openFolder(root);
    const names = ['bytes', 'missing', 'inner', 'bytes/inside', 'inner/config.json'];
    expect(await Promise.all(names.map((name) => folder.has(name)))).toEqual([true, false, false, false, true]);
  });

  it('opens a folder inside it, and one inside that', async () => {
    const inner = subfolder(openFolder(root), 'inner');
    expect(inner.location).toBe(`${root}/inner`);
    expect(await inner.has('config.json')).toBe(true);
    expect(await inner.readJson('config.json')).toEqual({ size: 2 });
    expect(await inner.readText('config.json')).toBe('{"size":2}');
    expect(await subfolder(inner, 'deeper').has('config.json')).toBe(false);
    await expect(inner.read('other')).rejects.toThrow('"inner/other" must be a readable file, got ENOENT.');
    expect(() => subfolder(inner, '..')).toThrow(`subfolder(${root}/inner): a file name must be relative and portable`);
  });

  it('never leaves the folder', async () => {
    const folder = openFolder(join(root, 'inner'));
    for (const operation of ['has', 'read', 'readText', 'readJson'] as const) {
      await expect(folder[operation]('../bytes')).rejects.toThrow(
        `CheckpointFolder(${root}/inner): a file name must be relative`,
      );
    }
    await expect(subfolder(openFolder(root), 'inner').read('../bytes')).rejects.toThrow(RangeError);
  });

  it('says what is wrong with a file', async () => {
    const folder = openFolder(root);
    await expect(folder.read('missing')).rejects.toThrow(
      `openFolder(${root}): "missing" must be a readable file, got ENOENT.`,
    );
    await expect(folder.read('inner')).rejects.toThrow('"inner" must be a readable file, got EISDIR.');
    await expect(folder.readText('bytes')).rejects.toThrow(`${root}: "bytes" must be UTF-8 text, got other bytes.`);
    await expect(folder.readJson('broken.json')).rejects.toThrow(
      new SyntaxError(`${root}: "broken.json" must be JSON, got 8 characters that are not.`),
    );
  });

  it('takes a file that cannot be asked about for an error, not for absent', async () => {
    await expect(openFolder(root).has('x'.repeat(255))).resolves.toBe(false);
    await expect(openFolder(`/${'x'.repeat(300)}`).has('a')).rejects.toThrow(
      'must be a readable file, got ENAMETOOLONG.',
    );
  });

  it('refuses other URLs', () => {
    for (const location of ['https://example.org/x', new URL('http://example.org/x')]) {
      expect(() => openFolder(location)).toThrow(RangeError);
      expect(() => openFolder(location)).toThrow(
        `openFolder: location must be a path or a file: URL, got "${String(location)}". Download the folder first.`,
      );
    }
  });
});
