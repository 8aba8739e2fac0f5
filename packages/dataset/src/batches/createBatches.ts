import type { Sample } from '../reading/Sample.js';
import { batchOrder } from './batchOrder.js';
import { createLimiter } from './createLimiter.js';

/** What {@link createBatches} puts together, and how. */
export interface BatchOptions<Item, Batch> {
  readonly samples: readonly Sample[];
  /** Samples per batch, from 1; the last batch may be smaller. */
  readonly batchSize: number;
  /** False keeps the order of the samples. */
  readonly shuffle: boolean;
  /** Whole number from 0. */
  readonly seed: number;
  /** Number of the pass over the data, from 0. The order is a pure function of seed and epoch. */
  readonly epoch: number;
  /** Length of a sample's text in tokens or characters, so that like lengths meet in a batch; default: lengths do not count. */
  readonly lengthOf?: (sample: Sample) => number;
  /** Prepares a sample: reads and decodes its image, for instance. Called ahead of time, for several samples at once. */
  readonly load: (sample: Sample) => Promise<Item>;
  /** Puts the samples of a batch side by side, in the order given. */
  readonly collate: (items: readonly Item[]) => Batch | Promise<Batch>;
  /** Batches that are loaded while another is in use, from 0; default 2. It never changes what comes out. */
  readonly prefetch?: number;
  /** Loads that run at the same time, from 1; default 8. It never changes what comes out. */
  readonly concurrency?: number;
  /** Ends the iteration with its reason. */
  readonly signal?: AbortSignal;
}

const DEFAULT_PREFETCH = 2;
const DEFAULT_CONCURRENCY = 8;

/**
 * Batches of samples: in order, or shuffled and bucketed by length; loaded ahead of whoever uses them.
 *
 * At most `concurrency` loads run at once and `prefetch + 1` batches are held. An error of `load` or `collate` surfaces
 * when its batch is due, after all batches before it. Breaking out of the loop starts no further loads; those that run
 * end unheard. Each loop over the result begins anew.
 *
 * @throws `RangeError` for sizes, seed or epoch out of range
 *
 * @example
 * for await (const texts of createBatches({
 *   samples, batchSize: 32, shuffle: true, seed: 1, epoch: 0,
 *   lengthOf: (sample) => sample.text.length,
 *   load: async (sample) => sample.text,
 *   collate: (items) => items,
 * })) train(texts);
 */
export function createBatches<Item, Batch>(options: BatchOptions<Item, Batch>): AsyncIterable<Batch> {
  const { prefetch = DEFAULT_PREFETCH, concurrency = DEFAULT_CONCURRENCY } = options;
  checkWhole('batchSize', options.batchSize, 1);
  checkWhole('prefetch', prefetch, 0);
  checkWhole('concurrency', concurrency, 1);
  checkWhole('seed', options.seed, 0);
  checkWhole('epoch', options.epoch, 0);
  return { [Symbol.asyncIterator]: () => iterate(options, prefetch, concurrency) };
}

async function* iterate<Item, Batch>(
  options: BatchOptions<Item, Batch>,
  prefetch: number,
  concurrency: number,
): AsyncGenerator<Batch, void, undefined> {
  const { samples, lengthOf, load, collate, signal } = options;
  const order = batchOrder(
    Float64Array.from(samples, (sample) => lengthOf?.(sample) ?? 0),
    options,
  );
  const limiter = createLimiter(concurrency);
  const loading: Promise<Item[]>[] = [];
  const loadBatch = (indices: Int32Array): Promise<Item[]> => {
    const own = Array.from(indices, (index) => samples[index]).filter((sample) => sample !== undefined);
    const batch = Promise.all(own.map((sample) => limiter.run(() => load(sample))));
    batch.catch(() => undefined); // it is awaited later, or never
    return batch;
  };
  let next = 0;
  try {
    for (let current = 0; current < order.length; current++) {
      signal?.throwIfAborted();
      for (; next <= current + prefetch && next < order.length; next++) {
        loading.push(loadBatch(order[next] ?? new Int32Array()));
      }
      const items = await untilAborted(loading.shift() ?? Promise.resolve([]), signal);
      yield await collate(items);
    }
  } finally {
    limiter.stop();
  }
}

/** Settles as the promise does, or with the signal's reason as soon as it is aborted. */
async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  signal.throwIfAborted();
  let abort = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason as Error); // an Error unless the caller chose something else
    signal.addEventListener('abort', abort, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

function checkWhole(name: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new RangeError(`createBatches: ${name} must be a whole number from ${least}, got ${value}.`);
}
