import { batchOrder } from './batchOrder.js';
import { createLimiter } from './createLimiter.js';
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
export function createBatches(options) {
    const { prefetch = DEFAULT_PREFETCH, concurrency = DEFAULT_CONCURRENCY } = options;
    checkWhole('batchSize', options.batchSize, 1);
    checkWhole('prefetch', prefetch, 0);
    checkWhole('concurrency', concurrency, 1);
    checkWhole('seed', options.seed, 0);
    checkWhole('epoch', options.epoch, 0);
    return { [Symbol.asyncIterator]: () => iterate(options, prefetch, concurrency) };
}
async function* iterate(options, prefetch, concurrency) {
    const { samples, lengthOf, load, collate, signal } = options;
    const order = batchOrder(Float64Array.from(samples, (sample) => lengthOf?.(sample) ?? 0), options);
    const limiter = createLimiter(concurrency);
    const loading = [];
    const loadBatch = (indices) => {
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
    }
    finally {
        limiter.stop();
    }
}
/** Settles as the promise does, or with the signal's reason as soon as it is aborted. */
async function untilAborted(promise, signal) {
    if (!signal)
        return promise;
    signal.throwIfAborted();
    let abort = () => undefined;
    const aborted = new Promise((_, reject) => {
        abort = () => reject(signal.reason); // an Error unless the caller chose something else
        signal.addEventListener('abort', abort, { once: true });
    });
    try {
        return await Promise.race([promise, aborted]);
    }
    finally {
        signal.removeEventListener('abort', abort);
    }
}
function checkWhole(name, value, least) {
    if (Number.isSafeInteger(value) && value >= least)
        return;
    throw new RangeError(`createBatches: ${name} must be a whole number from ${least}, got ${value}.`);
}
//# sourceMappingURL=createBatches.js.map