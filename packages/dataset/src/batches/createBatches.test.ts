import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { collect } from '../__fixtures__/collect.js';
import { sampleOf } from '../__fixtures__/sampleOf.js';
import type { Sample } from '../reading/Sample.js';
import { batchOrder } from './batchOrder.js';
import { createBatches, type BatchOptions } from './createBatches.js';

const unhandled: unknown[] = [];
const remember = (reason: unknown): void => void unhandled.push(reason);
beforeEach(() => {
  unhandled.length = 0;
  process.on('unhandledRejection', remember);
});
afterEach(async () => {
  await sleep(5);
  process.off('unhandledRejection', remember);
  expect(unhandled).toEqual([]);
});

function numbered(count: number): Sample[] {
  return Array.from({ length: count }, (_, i) => sampleOf(String(i), { text: 'x'.repeat((i * 7919) % 83) }));
}

function idBatches(count: number, options: Partial<BatchOptions<string, string[]>> = {}): AsyncIterable<string[]> {
  return createBatches<string, string[]>({
    samples: numbered(count),
    batchSize: 4,
    shuffle: true,
    seed: 1,
    epoch: 0,
    lengthOf: ({ text }) => text.length,
    load: ({ id }) => Promise.resolve(id),
    collate: (items) => [...items],
    ...options,
  });
}

describe('batchOrder', () => {
  const options = { batchSize: 8, shuffle: true, seed: 1, epoch: 0 };
  const lengths = Array.from({ length: 1000 }, (_, i) => (i * 7919) % 128);
  const flat = (batches: readonly Int32Array[]): number[] => batches.flatMap((batch) => [...batch]);

  it('has every index once, and all batches full but one', () => {
    fc.assert(
      fc.property(
        fc.nat(300),
        fc.integer({ min: 1, max: 40 }),
        fc.boolean(),
        fc.nat(99),
        (size, batchSize, shuffle, seed) => {
          const batches = batchOrder(lengths.slice(0, size), { batchSize, shuffle, seed, epoch: 3 });
          expect(flat(batches).sort((a, b) => a - b)).toEqual(Array.from({ length: size }, (_, i) => i));
          expect(batches.filter((batch) => batch.length !== batchSize).length).toBeLessThanOrEqual(1);
          expect(batches).toHaveLength(Math.ceil(size / batchSize));
        },
      ),
      { seed: 5, numRuns: 100 },
    );
  });

  it('is a pure function of seed and epoch, and differs between them', () => {
    const order = flat(batchOrder(lengths, options));
    expect(flat(batchOrder(lengths, options))).toEqual(order);
    expect(flat(batchOrder(lengths, { ...options, epoch: 1 }))).not.toEqual(order);
    expect(flat(batchOrder(lengths, { ...options, seed: 2 }))).not.toEqual(order);
  });

  it('keeps the order without shuffling', () => {
    expect(flat(batchOrder(lengths, { ...options, shuffle: false }))).toEqual(lengths.map((_, i) => i));
  });

  it('pads at most a third of what random batches pad', () => {
    const padding = (batches: readonly Int32Array[]): number =>
      batches.reduce((sum, batch) => {
        const own = [...batch].map((i) => lengths[i]!);
        return sum + own.length * Math.max(...own) - own.reduce((a, b) => a + b, 0);
      }, 0);
    const random = padding(batchOrder(new Float64Array(lengths.length), options));
    expect(padding(batchOrder(lengths, options))).toBeLessThan(random / 3);
  });

  it('puts other samples together each epoch, and long batches anywhere', () => {
    const companions = (epoch: number): string[] =>
      batchOrder(lengths, { ...options, epoch }).map((batch) => [...batch].sort((a, b) => a - b).join());
    const first = new Set(companions(0));
    expect(companions(1).filter((batch) => first.has(batch))).toEqual([]);
    const longest = [0, 1, 2, 3, 4, 5].map((epoch) => {
      const means = batchOrder(lengths, { ...options, epoch }).map((batch) =>
        batch.reduce((sum, i) => sum + lengths[i]!, 0),
      );
      return means.indexOf(Math.max(...means));
    });
    expect(new Set(longest).size).toBeGreaterThan(3);
  });

  it('keeps its order from one version to the next', () => {
    expect(
      batchOrder([5, 1, 4, 2, 3, 9, 7], { batchSize: 2, shuffle: true, seed: 42, epoch: 1 }).map((b) => [...b]),
    ).toEqual([[1, 5], [4, 6], [3, 2], [0]]);
  });
});

describe('createBatches', () => {
  it('gives the samples in order without shuffling, the last batch smaller', async () => {
    expect(await collect(idBatches(10, { shuffle: false }))).toEqual([
      ['0', '1', '2', '3'],
      ['4', '5', '6', '7'],
      ['8', '9'],
    ]);
  });

  it('follows batchOrder with shuffling', async () => {
    const samples = numbered(50);
    const order = batchOrder(
      samples.map(({ text }) => text.length),
      { batchSize: 4, shuffle: true, seed: 1, epoch: 0 },
    );
    expect(await collect(idBatches(50))).toEqual(order.map((batch) => [...batch].map(String)));
  });

  it('gives the same whatever is loaded ahead and whichever load ends first', async () => {
    const expected = await collect(idBatches(40, { prefetch: 0, concurrency: 1 }));
    for (const [prefetch, concurrency] of [
      [0, 8],
      [1, 3],
      [2, 8],
      [50, 100],
    ] as const) {
      const load = async ({ id }: Sample): Promise<string> => {
        await sleep((Number(id) * 31) % 4);
        return id;
      };
      expect(await collect(idBatches(40, { prefetch, concurrency, load }))).toEqual(expected);
    }
  });

  it('begins anew with each loop, and gives nothing for no samples', async () => {
    const batches = idBatches(10);
    expect(await collect(batches)).toEqual(await collect(batches));
    expect(await collect(idBatches(0))).toEqual([]);
  });

  it('loads ahead, but no more than it may, and no more at once than it may', async () => {
    let running = 0;
    let most = 0;
    let begun = 0;
    const load = async ({ id }: Sample): Promise<string> => {
      begun++;
      most = Math.max(most, ++running);
      await sleep(1);
      running--;
      return id;
    };
    let used = 0;
    for await (const batch of idBatches(60, { shuffle: false, prefetch: 2, concurrency: 5, load })) {
      used += batch.length;
      const allowed = Math.min(60, used + 2 * 4);
      while (begun < allowed) await sleep(1);
      await sleep(5);
      expect(begun).toBe(allowed);
    }
    expect(most).toBe(5);
  });

  it('starts nothing before it is used', async () => {
    let begun = 0;
    const batches = idBatches(12, { load: ({ id }) => Promise.resolve(`${begun++}${id}`) });
    await sleep(5);
    expect(begun).toBe(0);
    for await (const batch of batches) {
      expect(batch).toHaveLength(4);
      break;
    }
    expect(begun).toBeGreaterThan(0);
  });

  it('starts no further loads after a break', async () => {
    let begun = 0;
    const load = async ({ id }: Sample): Promise<string> => {
      begun++;
      await sleep(1);
      return id;
    };
    for await (const batch of idBatches(100, { concurrency: 2, prefetch: 10, load })) {
      expect(batch).toHaveLength(4);
      break;
    }
    const then = begun;
    await sleep(20);
    expect(begun).toBe(then);
    expect(begun).toBeLessThan(10);
  });

  it('gives the batches before an error, then the error, with and without prefetch', async () => {
    for (const prefetch of [0, 1, 5]) {
      const load = ({ id }: Sample): Promise<string> =>
        id === '9' || id === '14' ? Promise.reject(new Error(`cannot load ${id}`)) : Promise.resolve(id);
      const seen: string[][] = [];
      await expect(
        (async () => {
          for await (const batch of idBatches(40, { shuffle: false, prefetch, load })) seen.push(batch);
        })(),
      ).rejects.toThrow('cannot load 9');
      expect(seen).toEqual([
        ['0', '1', '2', '3'],
        ['4', '5', '6', '7'],
      ]);
    }
  });

  it('treats a load that throws at once like one that is rejected', async () => {
    const load = (): Promise<string> => {
      throw new TypeError('not even a promise');
    };
    await expect(collect(idBatches(10, { load }))).rejects.toThrow(new TypeError('not even a promise'));
  });

  it('hands on an error of collate, and waits for one that takes time', async () => {
    const collate = (): Promise<string[]> => Promise.reject(new Error('does not fit'));
    await expect(collect(idBatches(10, { collate }))).rejects.toThrow('does not fit');
    const slow = async (items: readonly string[]): Promise<string[]> => {
      await sleep(2);
      return [...items];
    };
    expect(await collect(idBatches(10, { collate: slow }))).toEqual(await collect(idBatches(10)));
  });

  it('leaves no rejection unheard when it is left while loads fail', async () => {
    const load = async ({ id }: Sample): Promise<string> => {
      if (Number(id) < 4) return id;
      await sleep(2);
      throw new Error('late');
    };
    for await (const batch of idBatches(40, { shuffle: false, prefetch: 5, load })) {
      expect(batch[0]).toBe('0');
      break;
    }
    await sleep(20);
  });

  it('ends with the reason of its signal, even while a load never ends', async () => {
    const controller = new AbortController();
    const load = ({ id }: Sample): Promise<string> => (id === '5' ? new Promise(() => undefined) : Promise.resolve(id));
    const seen: string[][] = [];
    const run = (async () => {
      for await (const batch of idBatches(40, { shuffle: false, load, signal: controller.signal })) seen.push(batch);
    })();
    setTimeout(() => controller.abort(new Error('enough')), 5);
    await expect(run).rejects.toThrow('enough');
    expect(seen).toHaveLength(1);
  });

  it('does not begin when the signal was aborted before', async () => {
    const signal = AbortSignal.abort(new Error('too late'));
    const load = (): Promise<string> => Promise.reject(new Error('must not run'));
    await expect(collect(idBatches(4, { signal, load }))).rejects.toThrow('too late');
  });

  it('leaves no listener on its signal', async () => {
    const controller = new AbortController();
    let listeners = 0;
    const { signal } = controller;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners++;
      add(...args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners--;
      remove(...args);
    };
    await collect(idBatches(40, { signal }));
    expect(listeners).toBe(0);
  });

  it.each([
    ['batchSize', 0],
    ['batchSize', 1.5],
    ['prefetch', -1],
    ['concurrency', 0],
    ['seed', -1],
    ['epoch', NaN],
  ] as const)('refuses %s %s at once', (name, value) => {
    const least = name === 'batchSize' || name === 'concurrency' ? 1 : 0;
    expect(() => idBatches(4, { [name]: value })).toThrow(
      new RangeError(`createBatches: ${name} must be a whole number from ${least}, got ${value}.`),
    );
  });
});
