import { permutation } from '../random/permutation.js';
import { randomStream } from '../random/randomStream.js';

/** Batches that are sorted by length together, at most; as many as leave four chunks in a small data set. */
const BATCHES_PER_CHUNK = 50;
const CHUNKS_AT_LEAST = 4;

/** What decides an order. */
export interface OrderOptions {
  readonly batchSize: number;
  readonly shuffle: boolean;
  readonly seed: number;
  readonly epoch: number;
}

/**
 * Indices of samples, batch by batch; a pure function of its arguments.
 *
 * Shuffled samples are cut into large chunks, each chunk is sorted by length and cut into batches, and the batches are
 * shuffled. Samples of like length so meet in a batch, in other company each epoch.
 *
 * @param lengths - length of each sample's text
 * @returns every index once; all batches are full but one
 */
export function batchOrder(
  lengths: ArrayLike<number>,
  { batchSize, shuffle, seed, epoch }: OrderOptions,
): Int32Array[] {
  const size = lengths.length;
  if (!shuffle)
    return cut(
      Int32Array.from({ length: size }, (_, i) => i),
      batchSize,
    );
  const order = permutation(size, randomStream(seed, 'order', epoch));
  const fitting = Math.floor(size / (batchSize * CHUNKS_AT_LEAST));
  const chunkSize = Math.min(BATCHES_PER_CHUNK, Math.max(1, fitting)) * batchSize;
  const batches = cut(order, chunkSize).flatMap((chunk) =>
    cut(Int32Array.from([...chunk].sort((a, b) => (lengths[a] ?? 0) - (lengths[b] ?? 0))), batchSize),
  );
  return Array.from(
    permutation(batches.length, randomStream(seed, 'batches', epoch)),
    (i) => batches[i] ?? new Int32Array(),
  );
}

function cut(order: Int32Array, size: number): Int32Array[] {
  return Array.from({ length: Math.ceil(order.length / size) }, (_, i) => order.subarray(i * size, (i + 1) * size));
}
