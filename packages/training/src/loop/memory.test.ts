import { build } from 'esbuild';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { TemporaryFolders } from '../__fakes__/tinyRun.js';
import { type MemoryReport } from '../__fakes__/memoryRun.js';

/** A thousand steps with CROSSMODAL_VERIFY; else two hundred, after which the process is not at rest yet. */
const verify = Boolean(process.env.CROSSMODAL_VERIFY);

it('holds no more memory after a thousand steps than after two hundred', async () => {
  const folders = new TemporaryFolders();
  // Beside the installed packages, where the process finds them.
  const cache = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), '../.cache');
  await mkdir(cache, { recursive: true });
  const scratch = await mkdtemp(join(cache, 'training-memory-'));
  try {
    const script = join(scratch, 'run.mjs');
    await build({
      entryPoints: [fileURLToPath(new URL('../__fakes__/memoryRun.ts', import.meta.url))],
      outfile: script,
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      conditions: ['@crossmodal/source'],
      external: ['@tensorflow/*', 'vitest', 'webgpu'],
    });
    const args = ['--expose-gc', script, await folders.create(), verify ? '20' : '4'];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    const { tensors, rssBytes } = JSON.parse(stdout) as MemoryReport;
    expect(tensors).toHaveLength(verify ? 20 : 4);
    expect(new Set(tensors).size, `tensors after each epoch: ${tensors.join(', ')}`).toBe(1);
    if (!verify) return;
    const [second = NaN, last = NaN] = [rssBytes[3], rssBytes.at(-1)];
    expect(last / second, `bytes after each epoch: ${rssBytes.join(', ')}`).toBeLessThanOrEqual(1.05);
  } finally {
    await rm(scratch, { recursive: true, force: true });
    await folders.removeAll();
  }
});
