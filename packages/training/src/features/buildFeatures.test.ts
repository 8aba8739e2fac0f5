import { readdir } from 'node:fs/promises';
import { afterEach, expect, it } from 'vitest';
import { FaultyFileSystem } from '../__fakes__/FaultyFileSystem.js';
import { TemporaryFolders } from '../__fakes__/tinyRun.js';
import { buildFeatures, type BuildFeaturesOptions, type FeatureProgress } from './buildFeatures.js';
import { FeatureCache } from './FeatureCache.js';
import { type SampleFeatures } from './SampleFeatures.js';

const folders = new TemporaryFolders();
afterEach(() => folders.removeAll());

const open = async (fileSystem = new FaultyFileSystem(), directory?: string): Promise<FeatureCache> =>
  FeatureCache.open({ directory: directory ?? (await folders.create()), identity: { encoder: 'e' }, fileSystem });

/** The feature of `"s12"` is 12, `width` times. */
const featuresOf = (id: string, width = 1): SampleFeatures => ({
  v: { shape: [width], data: new Float32Array(width).fill(Number(id.slice(1))) },
});

const idsTo = (count: number): string[] => Array.from({ length: count }, (_, i) => `s${i}`);

/** Builds, and records the batches that went through the encoder. */
async function build(
  cache: FeatureCache,
  ids: readonly string[],
  changes: Partial<BuildFeaturesOptions> = {},
): Promise<{ progress: FeatureProgress; batches: string[][]; heard: FeatureProgress[] }> {
  const batches: string[][] = [];
  const heard: FeatureProgress[] = [];
  const progress = await buildFeatures({
    cache,
    ids,
    batchSize: 3,
    encodeBatch: (batch) => {
      batches.push([...batch]);
      return Promise.resolve(batch.map((id) => featuresOf(id)));
    },
    onProgress: (state) => heard.push(state),
    ...changes,
  });
  return { progress, batches, heard };
}

it('computes what the cache lacks, each content once, in the order given', async () => {
  const directory = await folders.create();
  const first = await build(await open(undefined, directory), ['s4', 's1', 's4', 's2', 's0']);
  expect(first.batches).toEqual([['s4', 's1', 's2'], ['s0']]);
  expect(first.heard).toEqual([0, 3, 4].map((computed) => ({ found: 0, computed, total: 4 })));
  const cache = await open(undefined, directory);
  const second = await build(cache, idsTo(6));
  expect(second.batches).toEqual([['s3', 's5']]);
  expect(second.progress).toEqual({ found: 4, computed: 2, total: 6 });
  expect((await cache.batch(idsTo(6))).get('v')?.data).toEqual(Float32Array.of(0, 1, 2, 3, 4, 5));
  expect((await build(cache, idsTo(6))).heard).toEqual([{ found: 6, computed: 0, total: 6 }]);
});

it('writes as it goes, by size and by number, so that no more than a chunk is held', async () => {
  const held: number[] = [];
  const cache = await open();
  const width = 2 ** 20; // 4 MB, a quarter of a chunk
  await build(cache, idsTo(10), {
    batchSize: 1,
    encodeBatch: ([id = '']) => {
      held.push(Number(id.slice(1)) - cache.size);
      return Promise.resolve([featuresOf(id, width)]);
    },
  });
  expect(held).toEqual([0, 1, 2, 3, 0, 1, 2, 3, 0, 1]);
  expect(cache.size).toBe(10);
  const small = await open();
  await build(small, idsTo(600), { batchSize: 64 });
  expect(await readdir(small.location)).toHaveLength(3); // 256, 256 and 88
});

it('keeps what it has when it is stopped, and goes on from there', async () => {
  const directory = await folders.create();
  const controller = new AbortController();
  const stopped = await build(await open(undefined, directory), idsTo(10), {
    signal: controller.signal,
    onProgress: ({ computed }) => {
      if (computed === 6) controller.abort();
    },
  });
  expect(stopped.progress).toEqual({ found: 0, computed: 6, total: 10 });
  expect((await build(await open(undefined, directory), idsTo(10))).progress).toEqual({
    found: 6,
    computed: 4,
    total: 10,
  });
});

it('hears a signal from outside, though the encoder never waits', async () => {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 10);
  const { progress } = await build(await open(), idsTo(1000), {
    batchSize: 1,
    signal: controller.signal,
    encodeBatch: ([id = '']) => {
      const until = performance.now() + 20;
      while (performance.now() < until);
      return Promise.resolve([featuresOf(id)]);
    },
  });
  expect(progress.computed).toBeLessThan(20);
});

it('ends with a typed error when the disk is full, and keeps the chunks before', async () => {
  const directory = await folders.create();
  const healthy = new FaultyFileSystem();
  await build(await open(healthy), idsTo(300), { batchSize: 128 });
  const full = new FaultyFileSystem({ at: healthy.operations - 4, kind: 'once' });
  await expect(build(await open(full, directory), idsTo(300), { batchSize: 128 })).rejects.toMatchObject({
    name: 'CommitError',
    code: 'ENOSPC',
    message: expect.stringContaining('got ENOSPC with 1234 bytes free. Free some space on that disk') as unknown,
  });
  const { progress } = await build(await open(undefined, directory), idsTo(300), { batchSize: 128 });
  expect(progress).toEqual({ found: 256, computed: 44, total: 300 });
});

it('refuses a batch size below 1 and features of another number of samples', async () => {
  await expect(build(await open(), idsTo(2), { batchSize: 0 })).rejects.toThrow(
    'buildFeatures: batchSize must be a whole number from 1, got 0.',
  );
  await expect(build(await open(), idsTo(2), { encodeBatch: () => Promise.resolve([]) })).rejects.toThrow(
    'buildFeatures: encodeBatch must give the features of 2 samples, got 0.',
  );
});
