import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crashingFileSystem, failingFileSystem } from './__fakes__/crashingFileSystem.js';
import { MemoryFileSystem } from './__fakes__/MemoryFileSystem.js';
import { CommitError } from './CommitError.js';
import { commitFolder } from './commitFolder.js';
import { writeFolder } from './writeFolder.js';

const files = new Map([
  ['config.json', '{}'],
  ['text-encoder/model.safetensors', 'weights'],
]);
const before = { '/runs/step-1/config.json': '{}' };
const after = {
  ...before,
  '/runs/step-2/config.json': '{}',
  '/runs/step-2/text-encoder/model.safetensors': 'weights',
};
const save = (fileSystem: MemoryFileSystem) => {
  fileSystem.put('/runs/step-1/config.json', '{}');
  return commitFolder('/runs/step-2', (folder) => writeFolder(folder, files, fileSystem), fileSystem);
};
const wholeRun = async (): Promise<MemoryFileSystem> => {
  const fileSystem = new MemoryFileSystem();
  await save(fileSystem);
  return fileSystem;
};
const operationCount = (await wholeRun()).operations.length;
const steps = Array.from({ length: operationCount }, (_, step) => step);
/** What stands under committed names. */
const committed = (fileSystem: MemoryFileSystem): Record<string, string> =>
  Object.fromEntries(Object.entries(fileSystem.tree()).filter(([path]) => !path.includes('.tmp-')));

describe('commitFolder', () => {
  it('syncs everything in it before it takes the name, and the folder above after', async () => {
    const { operations } = await wholeRun();
    const renamed = operations.findIndex((operation) => operation.endsWith('-> /runs/step-2'));
    const synced = operations.slice(0, renamed).filter((operation) => operation.startsWith('sync'));
    for (const end of ['/config.json', '/text-encoder/model.safetensors', '/text-encoder', '']) {
      expect(synced.some((operation) => new RegExp(`step-2\\.tmp-\\d+-[0-9a-f]+${end}$`).test(operation))).toBe(true);
    }
    expect(operations.slice(renamed + 1)).toEqual(['sync /runs']);
  });

  it.each(steps)('leaves the whole folder or none when the process dies before operation %i', async (step) => {
    const fileSystem = crashingFileSystem(step);
    await expect(save(fileSystem)).rejects.toThrow();
    expect(committed(fileSystem)).toEqual(step < operationCount - 1 ? before : after);
  });

  it('leaves the whole folder or none when the power fails at any moment, whatever the disk keeps', async () => {
    const outcomes = new Set<boolean>();
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: operationCount - 1 }), fc.infiniteStream(fc.boolean()), async (step, survives) => {
        const fileSystem = crashingFileSystem(step);
        await expect(save(fileSystem)).rejects.toThrow();
        fileSystem.loseUnsynced(() => survives.next().value === true);
        const isThere = '/runs/step-2/config.json' in committed(fileSystem);
        expect(committed(fileSystem)).toEqual(isThere ? after : before);
        outcomes.add(isThere);
      }),
      { seed: 20261, numRuns: process.env.CROSSMODAL_VERIFY ? 5_000 : 500 },
    );
    expect(outcomes).toEqual(new Set([true, false]));
  });

  it('keeps the folder through a power failure once it has resolved', async () => {
    const fileSystem = await wholeRun();
    fileSystem.loseUnsynced(() => false);
    expect(fileSystem.tree()).toEqual(after);
  });

  it.each(['ENOSPC', 'EIO', 'EXDEV'].flatMap((code) => steps.map((step) => [code, step] as const)))(
    'reports %s at operation %i and leaves no half',
    async (code, step) => {
      const fileSystem = failingFileSystem(step, code);
      const error: unknown = await save(fileSystem).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(CommitError);
      expect(error).toMatchObject({ code });
      expect(fileSystem.tree()).toEqual(step < operationCount - 1 ? before : after);
    },
  );

  it('passes on what the writer throws, and removes what it wrote', async () => {
    const fileSystem = new MemoryFileSystem();
    const failure = new RangeError('the model has no weights');
    const saved = commitFolder('/runs/a', () => Promise.reject(failure), fileSystem);
    await expect(saved).rejects.toBe(failure);
    expect(fileSystem.tree()).toEqual({ '/runs': '(folder)' });
  });

  it('never replaces what is there', async () => {
    const fileSystem = new MemoryFileSystem();
    fileSystem.put('/runs/a/config.json', 'old');
    let written = 0;
    const saved = commitFolder('/runs/a/', () => Promise.resolve(void (written += 1)), fileSystem);
    await expect(saved).rejects.toThrow(
      'commit: "/runs/a" must be saved whole, got a folder or file of that name. Choose a new name or remove it.',
    );
    expect(written).toBe(0);
    expect(fileSystem.tree()).toEqual({ '/runs/a/config.json': 'old' });
  });

  it('never replaces a folder that appeared while it was writing', async () => {
    const fileSystem = new MemoryFileSystem();
    const saved = commitFolder('/runs/a', () => fileSystem.makeFolder('/runs/a'), fileSystem);
    await expect(saved).rejects.toThrow('got a folder or file of that name');
    expect(fileSystem.tree()).toEqual({ '/runs/a': '(folder)' });
  });

  it('works on this machine, and one of two equal names wins whole', async () => {
    const root = await mkdtemp(join(tmpdir(), 'crossmodal-commit-folder-'));
    const target = join(root, 'deep/step');
    const texts = ['a', 'b'].map((letter) => letter.repeat(5_000));
    const results = await Promise.allSettled(
      texts.map(
        (text) =>
        commitFolder(target, (folder) => writeFolder(folder, new Map([['x', text], ['y/z', text]]))), // prettier-ignore
      ),
    );
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await readFile(join(target, 'y/z'), 'utf8')).toBe(await readFile(join(target, 'x'), 'utf8'));
    expect(await readdir(join(root, 'deep'))).toEqual(['step']);
    await rm(root, { recursive: true });
  });
});
