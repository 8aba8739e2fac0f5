import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { crashingFileSystem, failingFileSystem } from './__fakes__/crashingFileSystem.js';
import { MemoryFileSystem } from './__fakes__/MemoryFileSystem.js';
import { CommitError } from './CommitError.js';
import { commitFile, type FileContents } from './commitFile.js';

const path = '/data/model.data';
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
/** `fresh`, in pieces. */
const forms: readonly (readonly [string, () => FileContents])[] = [
  ['a list', () => [encode('fr'), encode(''), encode('esh')]],
  ['a producer that reuses its memory', () => reusingMemory()],
];

/** @param fail - called before the piece of the given number */
async function* reusingMemory(fail?: (piece: number) => void): AsyncGenerator<Uint8Array, undefined> {
  const memory = new Uint8Array(2);
  for (const [i, text] of ['fr', 'es', 'h'].entries()) {
    fail?.(i);
    const { written } = new TextEncoder().encodeInto(text, memory);
    yield memory.subarray(0, written);
    memory.fill(0);
    await Promise.resolve();
  }
}

function withOld<T extends MemoryFileSystem>(fileSystem: T): T {
  fileSystem.put(path, 'old');
  return fileSystem;
}

describe.each(forms)('commitFile with pieces from %s', (_, pieces) => {
  const operationCount = 9;
  const steps = Array.from({ length: operationCount }, (_, step) => step);

  it('writes one after the other, and waits for the disk as with a whole', async () => {
    const fileSystem = withOld(new MemoryFileSystem());
    await commitFile(path, pieces(), fileSystem);
    expect(fileSystem.operations.map((operation) => operation.split(' ')[0])).toEqual(
      ['makeFolder', 'create', 'write', 'write', 'write', 'sync', 'close', 'rename', 'sync'], // prettier-ignore
    );
    fileSystem.loseUnsynced(() => false);
    expect(fileSystem.tree()).toEqual({ [path]: 'fresh' });
  });

  it.each(steps)('leaves the old file or the new one when the power fails before operation %i', async (step) => {
    for (let subset = 0, subsets = 1; subset < subsets; subset += 1) {
      const fileSystem = withOld(crashingFileSystem(step));
      await expect(commitFile(path, pieces(), fileSystem)).rejects.toThrow(CommitError);
      subsets = 2 ** fileSystem.unsynced;
      fileSystem.loseUnsynced((index) => ((subset >> index) & 1) === 1);
      expect(['old', 'fresh']).toContain(fileSystem.tree()[path]);
    }
  });

  it.each(steps)(
    'reports a full disk at operation %i, keeps a whole file and removes the temporary one',
    async (step) => {
      const fileSystem = withOld(failingFileSystem(step, 'ENOSPC'));
      await expect(commitFile(path, pieces(), fileSystem)).rejects.toMatchObject({ path, code: 'ENOSPC' });
      expect(fileSystem.tree()).toEqual({ [path]: step === operationCount - 1 ? 'fresh' : 'old' });
    },
  );
});

describe('commitFile with a producer', () => {
  it.each([0, 1, 2])(
    'keeps the old file when it throws before piece %i, closes and removes the new one',
    async (at) => {
      const fileSystem = withOld(new MemoryFileSystem());
      const failure = new RangeError('no more values');
      const producer = reusingMemory((piece) => {
        if (piece === at) throw failure;
      });
      const error: unknown = await commitFile(path, producer, fileSystem).catch((reason: unknown) => reason);
      expect(error).toMatchObject({
        name: 'CommitError',
        message: `commit: "${path}" must be saved whole, got no more values. What was saved before is still there.`,
        code: undefined,
        cause: failure,
      });
      expect(fileSystem.operations.map((operation) => operation.split(' ')[0])).toEqual(
        ['makeFolder', 'create', ...Array<string>(at).fill('write'), 'close', 'remove'], // prettier-ignore
      );
      expect(fileSystem.tree()).toEqual({ [path]: 'old' });
    },
  );

  it('lets it clean up after itself when the disk is full', async () => {
    let cleaned = 0;
    function* producer(): Generator<Uint8Array, undefined> {
      try {
        for (;;) yield encode('x');
      } finally {
        cleaned += 1;
      }
    }
    const fileSystem = failingFileSystem(4, 'ENOSPC');
    await expect(commitFile(path, producer(), fileSystem)).rejects.toMatchObject({ code: 'ENOSPC' });
    expect(cleaned).toBe(1);
  });

  it('writes pieces in order on this machine, those beyond one write of the system too', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'crossmodal-pieces-'));
    const sizes = [3, 2_000_003, 0, 70_001, 1];
    function* producer(): Generator<Uint8Array, undefined> {
      for (const [i, size] of sizes.entries()) yield new Uint8Array(size).fill(i + 1);
    }
    await commitFile(join(folder, 'pieces'), producer());
    const found = await readFile(join(folder, 'pieces'));
    const expected = Buffer.concat(sizes.map((size, i) => Buffer.alloc(size, i + 1)));
    expect(found.equals(expected)).toBe(true);
    expect(await readdir(folder)).toEqual(['pieces']);
    await rm(folder, { recursive: true });
  });
});
