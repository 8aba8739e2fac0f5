import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { MemoryFileSystem } from './__fakes__/MemoryFileSystem.js';
import { sweepOrphans } from './sweepOrphans.js';

/** The number of a process that has ended. */
const deadPid = spawnSync(process.execPath, ['-e', '']).pid;

describe('sweepOrphans', () => {
  it('removes files and folders of dead processes and nothing else', async () => {
    const fileSystem = new MemoryFileSystem();
    const kept = [
      `/runs/step-2.tmp-${process.pid}-0123abcd`,
      '/runs/step-2.tmp-1-0123abcd',
      `/runs/step-2.tmp-${deadPid}`,
      `/runs/step-2.tmp-${deadPid}-0123abcd.json`,
      `/runs/inner/x.tmp-${deadPid}-0123abcd`,
      '/runs/step-1/config.json',
    ];
    const orphans = [`step-2.tmp-${deadPid}-0123abcd`, `last.json.tmp-${deadPid}-89abcdef`];
    for (const path of [...kept, `/runs/${orphans[0]}/config.json`, `/runs/${orphans[1]}`]) fileSystem.put(path, '');
    expect((await sweepOrphans('/runs', fileSystem)).sort()).toEqual([...orphans].sort());
    expect(Object.keys(fileSystem.tree()).sort()).toEqual([...kept].sort());
  });

  it('takes a missing folder for swept', async () => {
    expect(await sweepOrphans('/nowhere', new MemoryFileSystem())).toEqual([]);
  });
});
