import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sweepOrphans } from './sweepOrphans.js';

/** Saves in a process of its own that kills itself before the operation of the given number. */
const child = `
  import { commitFile } from './commitFile.ts';
  import { commitFolder } from './commitFolder.ts';
  import { nodeFileSystem } from './nodeFileSystem.ts';
  import { writeFolder } from './writeFolder.ts';
  const [root, killAt] = process.argv.slice(2);
  let operations = 0;
  const watched = (object) =>
    new Proxy(object, {
      get: (target, name) => name in target ? async (...args) => {
        if (operations++ === Number(killAt)) process.kill(process.pid, 'SIGKILL');
        const result = await target[name](...args);
        return name === 'create' ? watched(result) : result;
      } : undefined,
    });
  const fileSystem = watched({ ...nodeFileSystem });
  await commitFolder(root + '/step-2', (folder) => writeFolder(folder, new Map([['config.json', '{}'], ['deep/x', 'x']]), fileSystem), fileSystem);
  await commitFile(root + '/last.json', 'step-2', fileSystem);
`;

describe('a process killed while saving', () => {
  let root: string;
  let script: string;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'crossmodal-kill-'));
    script = join(root, 'child.mjs');
    await build({
      stdin: { contents: child, resolveDir: import.meta.dirname, loader: 'ts' },
      bundle: true,
      platform: 'node',
      format: 'esm',
      outfile: script,
    });
  });
  afterAll(() => rm(root, { recursive: true }));

  it('leaves whole folders and files at every operation, and orphans that are swept', async () => {
    let orphanCount = 0;
    const pointers = new Set<string>();
    for (let killAt = 0, killed = true; killed; killAt += 1) {
      const folder = await mkdtemp(join(root, 'run-'));
      await writeFile(join(folder, 'last.json'), 'step-1');
      const { signal, status, stderr } = spawnSync(process.execPath, [script, folder, String(killAt)], {
        encoding: 'utf8',
      });
      killed = signal === 'SIGKILL';
      if (!killed)
        expect({ status, stderr, afterMany: killAt > 20 }).toEqual({ status: 0, stderr: '', afterMany: true });

      orphanCount += (await sweepOrphans(folder)).length;
      const names = (await readdir(folder)).sort();
      const pointer = await readFile(join(folder, 'last.json'), 'utf8');
      expect([['last.json'], ['last.json', 'step-2']]).toContainEqual(names);
      if (names.length > 1) expect(await readFile(join(folder, 'step-2/deep/x'), 'utf8')).toBe('x');
      if (pointer === 'step-2') expect(names).toContain('step-2');
      pointers.add(pointer);
    }
    expect(orphanCount).toBeGreaterThan(5);
    expect(pointers).toEqual(new Set(['step-1', 'step-2']));
  });
});
