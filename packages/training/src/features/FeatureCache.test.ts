import { seededNormalValues } from '@crossmodal/testing';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { FaultyFileSystem, type Fault } from '../__fakes__/FaultyFileSystem.js';
import { TemporaryFolders } from '../__fakes__/tinyRun.js';
import { FeatureCache, type FeatureCacheOptions } from './FeatureCache.js';
import { FeatureCacheError } from './FeatureCacheError.js';
import { chunkFile } from './featureChunk.js';
import { type SampleFeatures } from './SampleFeatures.js';

const folders = new TemporaryFolders();
afterEach(() => folders.removeAll());

const identity = { encoder: 'abc', tokens: 'def' };
const open = (directory: string, more: Partial<FeatureCacheOptions> = {}): Promise<FeatureCache> =>
  FeatureCache.open({ directory, identity, fileSystem: new FaultyFileSystem(), ...more });

/** Features of sample `i`: `i % 3 + 1` token states of width 4 and a vector. */
function featuresOf(i: number): SampleFeatures {
  const length = (i % 3) + 1;
  return {
    lastHiddenState: { shape: [length, 4], data: Float32Array.from(seededNormalValues(length * 4, i)) },
    poolerOutput: { shape: [4], data: Float32Array.from(seededNormalValues(4, 100 + i)) },
  };
}

const chunkOf = (...numbers: number[]): Map<string, SampleFeatures> =>
  new Map(numbers.map((i) => [`sample-${i}`, featuresOf(i)]));

async function chunksIn(location: string): Promise<string[]> {
  return (await readdir(location)).filter((name) => !name.includes('.tmp-')).sort();
}

async function expectKept(cache: FeatureCache, ...numbers: number[]): Promise<void> {
  for (const i of numbers) expect(await cache.read(`sample-${i}`), `sample ${i}`).toEqual(featuresOf(i));
}

it('gives back every bit, in the process that wrote it and in the next', async () => {
  const directory = await folders.create();
  const odd = Float32Array.of(-0, 1e-45, 3.4e38, 1 / 3);
  const cache = await open(directory);
  await cache.append(chunkOf(0, 1));
  await cache.append(new Map([...chunkOf(2), ['odd', { poolerOutput: { shape: [4], data: odd } }]]));
  for (const each of [cache, await open(directory)]) {
    expect([each.size, each.has('sample-1'), each.has('sample-9'), each.damagedChunks]).toEqual([4, true, false, 0]);
    await expectKept(each, 0, 1, 2);
    const { poolerOutput } = await each.read('odd');
    expect(new Uint32Array(poolerOutput!.data.buffer)).toEqual(new Uint32Array(odd.buffer));
  }
});

it('rounds to half precision when asked, and refuses what that cannot hold', async () => {
  const cache = await open(await folders.create(), { precision: 'float16' });
  const vector = (...values: number[]) =>
    new Map([['a', { v: { shape: [values.length], data: Float32Array.from(values) } }]]);
  await cache.append(vector(1 + 2 ** -11, 1 + 3 * 2 ** -11, 65_519));
  expect((await cache.read('a')).v?.data).toEqual(Float32Array.of(1, 1 + 2 ** -9, 65_504));
  await expect(cache.append(vector(-65_520))).rejects.toThrow(
    'FeatureCache: "v" of sample "a" must be finite in float16, got -65520. Keep it as float32.',
  );
});

it('keeps features of other encoders, other preparation and other precision apart', async () => {
  const directory = await folders.create();
  await (await open(directory)).append(chunkOf(0));
  const others: Partial<FeatureCacheOptions>[] = [
    { identity: { ...identity, encoder: 'abd' } },
    { identity: { ...identity, tokens: 'abc', encoder: 'def' } },
    { identity: { encoder: 'abc' } },
    { precision: 'float16' },
  ];
  for (const more of others) expect((await open(directory, more)).size).toBe(0);
  expect((await open(directory, { identity: { tokens: 'def', encoder: 'abc' } })).size).toBe(1);
});

it('pads a batch with zeros and says what is there', async () => {
  const cache = await open(await folders.create());
  await cache.append(chunkOf(0, 1, 2));
  const batch = await cache.batch(['sample-1', 'sample-0', 'sample-1']);
  const [long, short] = [featuresOf(1).lastHiddenState!.data, featuresOf(0).lastHiddenState!.data];
  expect(batch.get('lastHiddenState')).toEqual({
    shape: [3, 2, 4],
    data: Float32Array.of(...long, ...short, 0, 0, 0, 0, ...long),
    mask: Int32Array.of(1, 1, 1, 0, 1, 1),
  });
  const longer = (await cache.batch(['sample-0'], { length: 3 })).get('lastHiddenState');
  expect([longer?.shape, longer?.mask]).toEqual([[1, 3, 4], Int32Array.of(1, 0, 0)]);
  await expect(cache.batch(['sample-2'], { length: 2 })).rejects.toThrow(
    'padFeatures: length must be at least 3, the states of "lastHiddenState", got 2.',
  );
  const [one, zero] = [featuresOf(1).poolerOutput!.data, featuresOf(0).poolerOutput!.data];
  expect(batch.get('poolerOutput')).toEqual({
    shape: [3, 4],
    data: Float32Array.of(...one, ...zero, ...one),
    mask: undefined,
  });
});

it('drops a chunk of which any bit has changed, and keeps the others', async () => {
  const directory = await folders.create();
  const first = await open(directory);
  await first.append(chunkOf(0, 1));
  await first.append(chunkOf(2));
  const [name = ''] = await chunksIn(first.location);
  const file = join(first.location, name, chunkFile);
  const whole = await readFile(file);
  const lost = (await reopenWith(directory, file, whole)).has('sample-2') ? [0, 1] : [2];
  for (const position of [0, 7, 9, 40, whole.length >> 1, whole.length - 1]) {
    const flipped = Uint8Array.from(whole);
    flipped[position] = (flipped[position] ?? 0) ^ 0x10;
    const reopened = await reopenWith(directory, file, flipped);
    expect(reopened.damagedChunks, `bit of byte ${position}`).toBe(1);
    expect(lost.some((i) => reopened.has(`sample-${i}`))).toBe(false);
    await expectKept(reopened, ...[0, 1, 2].filter((i) => !lost.includes(i)));
    expect(await chunksIn(first.location)).toHaveLength(1);
    await reopened.append(chunkOf(...lost));
    expect(await readFile(file)).toEqual(whole);
    await expectKept(reopened, 0, 1, 2);
  }
  for (const damage of [whole.subarray(0, -1), new Uint8Array(), undefined]) {
    const reopened = await reopenWith(directory, file, damage);
    expect(reopened.damagedChunks).toBe(1);
    await reopened.append(chunkOf(...lost));
  }

  async function reopenWith(folder: string, path: string, bytes: Uint8Array | undefined): Promise<FeatureCache> {
    await (bytes ? writeFile(path, bytes) : rm(path));
    return open(folder);
  }
});

it.each<Fault['kind']>(['once', 'dead'])(
  'has all of a chunk or nothing whichever operation of the file system fails: %s',
  async (kind) => {
    const healthy = new FaultyFileSystem();
    const whole = await open(await folders.create(), { fileSystem: healthy });
    await whole.append(chunkOf(0, 1));
    const before = healthy.operations;
    await whole.append(chunkOf(2));
    expect(before).toBeGreaterThan(8);
    let kept = 0;
    for (let at = 1; at <= healthy.operations; at += 1) {
      const directory = await folders.create();
      const cache = await open(directory, { fileSystem: new FaultyFileSystem({ at, kind }) });
      const failure: unknown = await (async () => {
        await cache.append(chunkOf(0, 1));
        await cache.append(chunkOf(2));
      })().catch((error: unknown) => error);
      // Without its last sync a chunk may be lost with the power, and is whole or lost then.
      if (failure === undefined) expect([before, healthy.operations]).toContain(at);
      else expect(failure, `operation ${at}`).toMatchObject({ name: 'CommitError', code: 'ENOSPC' });
      const reopened = await open(directory);
      expect(reopened.damagedChunks).toBe(0);
      expect(reopened.has('sample-0')).toBe(reopened.has('sample-1'));
      if (at > before) await expectKept(reopened, 0, 1);
      kept += reopened.size;
      for (const numbers of [[0, 1], [2]]) {
        if (!reopened.has(`sample-${numbers[0] ?? 0}`)) await reopened.append(chunkOf(...numbers));
      }
      await expectKept(await open(directory), 0, 1, 2);
      expect(await chunksIn(reopened.location)).toEqual(await chunksIn(whole.location));
    }
    expect(kept).toBeGreaterThan(before);
  },
);

it('lets several write the same at once, and others between them', async () => {
  const directory = await folders.create();
  const writers = await Promise.all([0, 1, 2, 3].map(() => open(directory)));
  await Promise.all(writers.map((writer) => writer.append(chunkOf(0, 1))));
  await Promise.all(writers.map((writer, i) => writer.append(chunkOf(0, 2 + i))));
  for (const writer of writers) await expectKept(writer, 0, 1);
  expect(await chunksIn(writers[0]!.location)).toHaveLength(5);
  const reopened = await open(directory);
  expect([reopened.size, reopened.damagedChunks]).toEqual([6, 0]);
  await expectKept(reopened, 0, 1, 2, 3, 4, 5);
});

it('says what is missing, and what vanished while it was open', async () => {
  const cache = await open(await folders.create());
  await expect(cache.read('sample-0')).rejects.toThrow(
    `FeatureCache ${cache.location}: sample "sample-0" must be in the cache, got 0 others. Build it first.`,
  );
  await cache.append(chunkOf(0));
  await rm(cache.location, { recursive: true });
  const failure: unknown = await cache.read('sample-0').catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(FeatureCacheError);
  expect(failure).toMatchObject({ path: cache.location, cause: expect.any(Error) as unknown });
  expect(String(failure)).toContain('must stay readable while the cache is open, got a failure. Open it again');
});

it('refuses values that are not finite, ids that are no hashes, and batches that do not fit', async () => {
  const cache = await open(await folders.create());
  const vector = (id: string, ...values: number[]) =>
    cache.append(new Map([[id, { v: { shape: [values.length], data: Float32Array.from(values) } }]]));
  await expect(vector('a', 1, NaN)).rejects.toThrow('"v" of sample "a" must be finite in float32, got NaN. Look at');
  await expect(vector('a', -Infinity)).rejects.toThrow('got -Infinity');
  await expect(vector('a/b', 1)).rejects.toThrow('got "a/b" and "v". Use a hash of the sample\'s content.');
  expect(cache.size).toBe(0);
  await vector('two', 1, 2);
  await vector('three', 1, 2, 3);
  await expect(cache.batch(['two', 'three'])).rejects.toThrow(
    'padFeatures: "v" must have the sizes [2] in every sample, got [3] in sample 1.',
  );
  await cache.append(chunkOf(0));
  await expect(cache.batch(['sample-0', 'two'])).rejects.toThrow('"lastHiddenState" must have the sizes [4]');
  await expect(cache.batch([])).rejects.toThrow('padFeatures: at least one sample must be given, got none.');
});
