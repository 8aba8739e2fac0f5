import { execFileSync } from 'node:child_process';
import { mkdir, symlink, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

import { imageErrorOf } from '../__fixtures__/imageErrorOf.js';
import { samplePicture } from '../__fixtures__/samplePicture.js';
import { put, temporaryFolders } from '../__fixtures__/temporaryFolder.js';
import { encodePng } from './encodePng.js';
import { readImageFile } from './imageFile.js';

const newFolder = temporaryFolders();
let folder: string;
beforeAll(async () => {
  folder = await newFolder();
});

describe('readImageFile', () => {
  it('gives the bytes and the format of a file', async () => {
    const png = await encodePng(samplePicture(3, 3));
    const { bytes, format } = await readImageFile(await put(folder, 'a.png', png));
    expect(format).toBe('png');
    expect(Buffer.from(bytes).equals(png)).toBe(true);
  });

  it.each([
    ['nothing there', 'nowhere.png'],
    ['a file used as a folder', 'a-file.png/b.png'],
    ['another case', 'A-FILE.png'],
    ['a trailing dot', 'a-file.png.'],
    ['a trailing space', 'a-file.png '],
  ])('says that an image is missing: %s', async (_, name) => {
    await put(folder, 'a-file.png', await encodePng(samplePicture(3, 3)));
    const path = join(folder, name);
    const error = await imageErrorOf(readImageFile(path));
    expect(error.message).toBe(`image ${path}: missing: no such file.`);
  });

  it('says that an empty file is empty', async () => {
    const path = await put(folder, 'empty.png', '');
    expect((await imageErrorOf(readImageFile(path))).message).toBe(
      `image ${path}: unsupported format: expected JPEG, PNG, WebP, GIF, TIFF or AVIF, got an empty file.`,
    );
  });

  it('refuses a folder', async () => {
    await mkdir(join(folder, 'album.jpg'));
    const error = await imageErrorOf(readImageFile(join(folder, 'album.jpg')));
    expect([error.reason, error.message]).toEqual([
      'not a file',
      `image ${join(folder, 'album.jpg')}: not a file: expected a regular file, got a folder.`,
    ]);
  });

  it('refuses a pipe without waiting for someone to write into it', async () => {
    const pipe = join(folder, 'pipe.jpg');
    execFileSync('mkfifo', [pipe]);
    const error = await imageErrorOf(readImageFile(pipe));
    expect(error.message).toBe(`image ${pipe}: not a file: expected a regular file, got a device, pipe or socket.`);
  });

  it('refuses a device, also behind a symbolic link', async () => {
    await symlink('/dev/zero', join(folder, 'zero.jpg'));
    expect((await imageErrorOf(readImageFile(join(folder, 'zero.jpg')))).reason).toBe('not a file');
  });

  it('refuses a file of more than 100 MiB without reading it', async () => {
    const path = await put(folder, 'huge.png', await encodePng(samplePicture(3, 3)));
    await truncate(path, 100 * 2 ** 20 + 1); // sparse
    expect((await imageErrorOf(readImageFile(path))).message).toBe(
      `image ${path}: too large: expected at most 104857600 bytes, got 104857601.`,
    );
  });

  it('names what the system says about a path that cannot be', async () => {
    expect((await imageErrorOf(readImageFile(join(folder, 'x'.repeat(300))))).message).toContain(
      'unreadable: ENAMETOOLONG',
    );
    expect((await imageErrorOf(readImageFile(`${folder}/a\0.png`))).reason).toBe('unreadable');
  });
});
