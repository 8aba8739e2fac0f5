import { createHash } from 'node:crypto';
import type { Sample } from '../reading/Sample.js';

/** The ids of samples in an order that depends on the seed and the ids alone. */
export function orderByHash(samples: readonly Pick<Sample, 'id'>[], seed: number): string[] {
  return samples
    .map(({ id }) => ({ id, rank: createHash('sha256').update(`${seed}\n${id}`).digest('hex') }))
    .sort((a, b) => (a.rank < b.rank ? -1 : a.rank > b.rank ? 1 : 0))
    .map(({ id }) => id);
}
