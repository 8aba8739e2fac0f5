import { uniformAt } from '@crossmodal/layers';
import { build } from 'esbuild';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { TemporaryFolders } from '../__fakes__/tinyRun.js';
import { FeatureCache } from './FeatureCache.js';

const folders = new TemporaryFolders();
afterEach(() => folders.removeAll());

/** Times that processes are killed; more of them with CROSSMODAL_VERIFY. */
const rounds = process.env.CROSSMODAL_VERIFY ? 6 : 2;
const samples = 120;

/** Fills a cache, a chunk for two samples each, from a place of its own and around. */
const child = `
  import { buildFeatures } from './buildFeatures.ts';
  import { FeatureCache } from './FeatureCache.ts';
  const [directory, first] = process.argv.slice(2);
  const cache = await FeatureCache.open({ directory, identity: { encoder: 'e' } });
  for (let i = 0; i < ${samples}; i += 2) {
    const at = (i + Number(first)) % ${samples};
    const ids = [at, (at + 1) % ${samples}].map(String);
    await buildFeatures({
      cache, ids, batchSize: 2,
      encodeBatch: async (batch) => batch.map((id) => ({ v: { shape: [20_000], data: new Float32Array(20_000).fill(Number(id)) } })),
    });
    process.stdout.write('.');
  }
`;

it('is whole after processes that filled it together were killed', async () => {
  const scratch = await folders.create();
  const script = join(scratch, 'child.mjs');
  await build({
    stdin: { contents: child, resolveDir: import.meta.dirname, loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['@crossmodal/source'],
    outfile: script,
  });
  let directory = join(scratch, 'cache');
  const start = (first: number) => spawn(process.execPath, [script, directory, String(first)]);
  const sizes: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    if (round % 3 === 0) directory = join(scratch, `cache-${round}`);
    const [doomed, other, survivor] = [start(0), start(1), start(0)];
    const ends = [doomed, other, survivor].map((process) => once(process, 'exit'));
    // Killed in the middle of whatever comes some bytes of progress later.
    let steps = Math.floor(uniformAt(7, round) * 8);
    for (const victim of [doomed, other]) {
      victim.stdout.on('data', () => {
        if (steps-- <= 0) victim.kill('SIGKILL');
      });
    }
    if (round % 3 !== 2) survivor.stdout.on('data', () => survivor.kill('SIGKILL'));
    await Promise.all(ends);
    const cache = await FeatureCache.open({ directory, identity: { encoder: 'e' } });
    expect(cache.damagedChunks).toBe(0);
    sizes.push(cache.size);
    for (let i = 0; i < samples; i += 1) {
      if (!cache.has(String(i))) continue;
      const { v } = await cache.read(String(i));
      expect(v?.data.every((value) => value === i)).toBe(true);
    }
  }
  const last = start(0);
  await once(last, 'exit');
  const cache = await FeatureCache.open({ directory, identity: { encoder: 'e' } });
  expect([last.exitCode, cache.size, cache.damagedChunks]).toEqual([0, samples, 0]);
  expect((await readdir(cache.location)).filter((name) => name.includes('.tmp-'))).toEqual([]);
  expect(Math.min(...sizes)).toBeGreaterThan(0);
});
