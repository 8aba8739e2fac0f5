import { describe, expect, it } from 'vitest';
import { crashingFileSystem } from './__fakes__/crashingFileSystem.js';
import { MemoryFileSystem } from './__fakes__/MemoryFileSystem.js';
import { removeFolder } from './removeFolder.js';

const whole = { '/runs/a/x': '1', '/runs/a/deep/y': '2' };
const filled = (fileSystem: MemoryFileSystem): MemoryFileSystem => {
  for (const [path, text] of Object.entries(whole)) fileSystem.put(path, text);
  return fileSystem;
};
const underItsName = (fileSystem: MemoryFileSystem) =>
  Object.fromEntries(Object.entries(fileSystem.tree()).filter(([path]) => path.startsWith('/runs/a/')));

describe('removeFolder', () => {
  it('removes a folder with everything in it, for good', async () => {
    const fileSystem = filled(new MemoryFileSystem());
    fileSystem.put('/runs/b', 'other');
    await removeFolder('/runs/a/', fileSystem);
    expect(fileSystem.tree()).toEqual({ '/runs/b': 'other' });
    fileSystem.loseUnsynced(() => false);
    expect(underItsName(fileSystem)).toEqual({});
  });

  it('takes a missing folder for removed', async () => {
    const fileSystem = new MemoryFileSystem();
    await removeFolder('/runs/a', fileSystem);
    expect(fileSystem.operations).toEqual(['exists /runs/a']);
  });

  it.each([0, 1, 2, 3])('leaves no half under the name when it stops before operation %i', async (step) => {
    for (const keep of [() => true, () => false, (index: number) => index % 2 === 0]) {
      const fileSystem = filled(crashingFileSystem(step));
      await expect(removeFolder('/runs/a', fileSystem)).rejects.toThrow(`before operation ${step}`);
      fileSystem.loseUnsynced(keep);
      const left = underItsName(fileSystem);
      expect([whole, {}]).toContainEqual(left);
    }
  });
});
