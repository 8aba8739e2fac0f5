import { describe, expect, it } from 'vitest';
import { MemoryFileSystem, systemError } from './__fakes__/MemoryFileSystem.js';
import { type FileContents } from './commitFile.js';
import { listFolders } from './listFolders.js';
import { writeFolder } from './writeFolder.js';

describe('writeFolder', () => {
  it('writes files into folders and leaves others alone', async () => {
    const fileSystem = new MemoryFileSystem();
    fileSystem.put('/m/other', 'kept');
    fileSystem.put('/m/config.json', 'old');
    await writeFolder('/m', new Map<string, Uint8Array | string>([['config.json', 'new'], ['a/b', Uint8Array.of(65)]]), fileSystem); // prettier-ignore
    expect(fileSystem.tree()).toEqual({ '/m/other': 'kept', '/m/config.json': 'new', '/m/a/b': 'A' });
  });

  it('makes the folder even for no files', async () => {
    const fileSystem = new MemoryFileSystem();
    await writeFolder('/m', new Map(), fileSystem);
    expect(fileSystem.tree()).toEqual({ '/m': '(folder)' });
  });

  it('writes nothing when one name would leave the folder', async () => {
    const fileSystem = new MemoryFileSystem();
    const names = new Map([['a', 'x'], ['../b', 'x']]); // prettier-ignore
    await expect(writeFolder('/m', names, fileSystem)).rejects.toThrow(
      'writeFolder: a file name must be relative and portable, got "../b" (the part "..").',
    );
    expect(fileSystem.operations).toEqual([]);
  });

  it('writes pieces, file after file, and stops at the first that fails', async () => {
    const fileSystem = new MemoryFileSystem();
    fileSystem.put('/m/b', 'old');
    function* broken(): Generator<Uint8Array, undefined> {
      yield Uint8Array.of(66);
      throw new RangeError('no more values');
    }
    const files = new Map<string, FileContents>([['a', [Uint8Array.of(65), Uint8Array.of(66)]], ['b', broken()], ['c', 'C']]); // prettier-ignore
    await expect(writeFolder('/m', files, fileSystem)).rejects.toThrow(
      'commit: "/m/b" must be saved whole, got no more',
    );
    expect(fileSystem.tree()).toEqual({ '/m/a': 'AB', '/m/b': 'old' });
  });

  it('fails with a CommitError that names the file', async () => {
    const fileSystem = new MemoryFileSystem((operation) => {
      if (operation.startsWith('write')) throw systemError('ENOSPC', 'write');
    });
    await expect(writeFolder('/m', new Map([['a', 'x']]), fileSystem)).rejects.toMatchObject({
      path: '/m/a',
      code: 'ENOSPC',
    });
  });
});

describe('listFolders', () => {
  it('lists folders alone, sorted; a missing folder has none', async () => {
    const fileSystem = new MemoryFileSystem();
    for (const path of ['/runs/b/x', '/runs/a/x', '/runs/latest']) fileSystem.put(path, '');
    expect(await listFolders('/runs', fileSystem)).toEqual(['a', 'b']);
    expect(await listFolders('/nowhere', fileSystem)).toEqual([]);
  });
});
