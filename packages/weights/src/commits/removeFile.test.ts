import { describe, expect, it } from 'vitest';
import { MemoryFileSystem } from './__fakes__/MemoryFileSystem.js';
import { removeFile } from './removeFile.js';

describe('removeFile', () => {
  it('removes a file for good, and no other', async () => {
    const fileSystem = new MemoryFileSystem();
    for (const name of ['a', 'b']) {
      fileSystem.put(`/m/${name}`, name);
    }
    await removeFile('/m/a', fileSystem);
    fileSystem.loseUnsynced(() => false);
    expect(fileSystem.tree()).toEqual({ '/m/b': 'b' });
  });

  it('takes a missing file for removed', async () => {
    const fileSystem = new MemoryFileSystem();
    await removeFile('/m/a', fileSystem);
    expect(fileSystem.operations).toEqual(['exists /m/a']);
  });
});
