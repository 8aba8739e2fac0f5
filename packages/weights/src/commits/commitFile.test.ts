import { mkdtemp, open, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { crashingFileSystem, failingFileSystem } from './__fakes__/crashingFileSystem.js';
import { Crash, MemoryFileSystem, systemError } from './__fakes__/MemoryFileSystem.js';
import { CommitError } from './CommitError.js';
import { commitFile } from './commitFile.js';

const path = '/data/state.json';
const save = (fileSystem: MemoryFileSystem) => commitFile(path, 'new', fileSystem);
const withOld = <T extends MemoryFileSystem>(fileSystem: T): T => {
  fileSystem.put(path, 'old');
  return fileSystem;
};
const wholeRun = async (): Promise<MemoryFileSystem> => {
  const fileSystem = withOld(new MemoryFileSystem());
  await save(fileSystem);
  return fileSystem;
};
const operationCount = (await wholeRun()).operations.length;
const steps = Array.from({ length: operationCount }, (_, step) => step);

describe('commitFile', () => {
  it('syncs the file before it takes the name, and the folder after', async () => {
    const { operations } = await wholeRun();
    const temporary = operations[1]?.replace('create ', '') ?? '';
    expect(temporary).toMatch(new RegExp(`^/data/state\\.json\\.tmp-${process.pid}-[0-9a-f]{8}$`));
    expect(operations.map((operation) => operation.replace(temporary, 'TEMPORARY'))).toEqual([
      'makeFolder /data',
      'create TEMPORARY',
      'write TEMPORARY',
      'sync TEMPORARY',
      'close TEMPORARY',
      'rename TEMPORARY -> /data/state.json',
      'sync /data',
    ]);
  });

  it.each(steps)('leaves the old file or the new one when the process dies before operation %i', async (step) => {
    const fileSystem = withOld(crashingFileSystem(step));
    const error: unknown = await save(fileSystem).catch((reason: unknown) => reason);
    expect((error as CommitError).cause).toBeInstanceOf(Crash);
    expect(fileSystem.tree()[path]).toBe(step < operationCount - 1 ? 'old' : 'new');
  });

  it.each(steps)('leaves the old file or the new one when the power fails before operation %i', async (step) => {
    let surviving = new Set<string | undefined>();
    for (let subset = 0, subsets = 1; subset < subsets; subset += 1) {
      const fileSystem = withOld(crashingFileSystem(step));
      await expect(save(fileSystem)).rejects.toThrow(CommitError);
      subsets = 2 ** fileSystem.unsynced;
      fileSystem.loseUnsynced((index) => ((subset >> index) & 1) === 1);
      surviving = surviving.add(fileSystem.tree()[path]);
    }
    expect([...surviving].every((text) => text === 'old' || text === 'new')).toBe(true);
  });

  it('keeps the new file through a power failure once it has resolved', async () => {
    const fileSystem = await wholeRun();
    fileSystem.loseUnsynced(() => false);
    expect(fileSystem.tree()).toEqual({ [path]: 'new' });
  });

  it('keeps a file in new folders through a power failure once it has resolved', async () => {
    const fileSystem = new MemoryFileSystem();
    await commitFile('/a/b/c', 'new', fileSystem);
    fileSystem.loseUnsynced(() => false);
    expect(fileSystem.tree()).toEqual({ '/a/b/c': 'new' });
  });

  it.each(['ENOSPC', 'EIO', 'EXDEV', 'EACCES'].flatMap((code) => steps.map((step) => [code, step] as const)))(
    'reports %s at operation %i, keeps a whole file and removes the temporary one',
    async (code, step) => {
      const fileSystem = withOld(failingFileSystem(step, code));
      const error: unknown = await save(fileSystem).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(CommitError);
      expect(error).toMatchObject({ path, code });
      // After the rename only the sync of the folder is left: the new file is there, though perhaps not on the disk.
      expect(fileSystem.tree()).toEqual({ [path]: step === operationCount - 1 ? 'new' : 'old' });
    },
  );

  it('says how much space was free when the disk is full', async () => {
    await expect(save(withOld(failingFileSystem(2, 'ENOSPC')))).rejects.toThrow(
      `commit: "${path}" must be saved whole, got ENOSPC with 512 bytes free. Free some space on that disk, then save again.`,
    );
  });

  it('says so without the number when even that cannot be asked', async () => {
    const fileSystem = withOld(failingFileSystem(2, 'ENOSPC'));
    fileSystem.freeBytes = () => Promise.reject(systemError('EIO', 'statfs'));
    await expect(save(fileSystem)).rejects.toThrow('got ENOSPC. Free some space on that disk');
  });

  it('says what happened to the old file on other failures', async () => {
    await expect(save(withOld(failingFileSystem(3, 'EIO')))).rejects.toThrow(
      `commit: "${path}" must be saved whole, got EIO. What was saved before is still there.`,
    );
  });

  it('does not try a failed sync again as if it were clean', async () => {
    const fileSystem = withOld(failingFileSystem(3, 'EIO'));
    await expect(save(fileSystem)).rejects.toThrow(CommitError);
    expect(fileSystem.operations.filter((operation) => operation.startsWith('sync'))).toEqual([]);
  });

  it('reports the first failure when cleaning up fails too', async () => {
    const fileSystem = new MemoryFileSystem((operation) => {
      if (operation.startsWith('rename')) throw systemError('EROFS', 'rename');
      if (operation.startsWith('remove')) throw systemError('EIO', 'unlink');
    });
    await expect(save(withOld(fileSystem))).rejects.toMatchObject({ code: 'EROFS' });
  });

  describe('on this machine', () => {
    let folder: string;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'crossmodal-commit-'));
    });
    afterAll(() => rm(folder, { recursive: true }));

    it('creates folders, writes text as UTF-8 and bytes as they are, and leaves nothing else', async () => {
      await commitFile(join(folder, 'deep/er/text'), 'é');
      await commitFile(join(folder, 'deep/er/bytes'), Uint8Array.of(0xff, 0));
      expect([...(await readFile(join(folder, 'deep/er/text')))]).toEqual([0xc3, 0xa9]);
      expect([...(await readFile(join(folder, 'deep/er/bytes')))]).toEqual([0xff, 0]);
      expect((await readdir(join(folder, 'deep/er'))).sort()).toEqual(['bytes', 'text']);
    });

    it('lets those who read the old file go on reading it', async () => {
      const target = join(folder, 'open');
      await commitFile(target, 'old contents');
      const reader = await open(target);
      await commitFile(target, 'new');
      expect(await reader.readFile('utf8')).toBe('old contents');
      await reader.close();
      expect(await readFile(target, 'utf8')).toBe('new');
    });

    it('leaves one whole file when several are saved at once', async () => {
      const target = join(folder, 'raced');
      const texts = ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(10_000));
      await Promise.all(texts.map((text) => commitFile(target, text)));
      expect(texts).toContain(await readFile(target, 'utf8'));
      expect((await readdir(folder)).filter((name) => name.includes('tmp'))).toEqual([]);
    });

    it('gives the code of the real file system', async () => {
      await commitFile(join(folder, 'file'), 'x');
      await expect(commitFile(join(folder, 'file/inside'), 'x')).rejects.toMatchObject({
        name: 'CommitError',
        code: 'EEXIST',
        path: join(folder, 'file/inside'),
      });
    });
  });
});
