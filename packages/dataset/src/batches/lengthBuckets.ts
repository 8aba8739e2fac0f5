/** How {@link lengthBuckets} chooses. */
export interface LengthBucketOptions {
  /** At most so many buckets, from 1; default 8. */
  readonly count?: number;
  /** Buckets are multiples of this, from 1; default 16. */
  readonly multipleOf?: number;
  /** What no length may exceed, such as a tokenizer's maximum: a bucket beyond it becomes it. Default: none. */
  readonly limit?: number;
}

/**
 * Lengths to pad to, so that batches have few shapes and little padding: of all choices of `count` multiples, the one with the fewest
 * padded places in this data.
 *
 * Backends that keep memory for every shape they ever saw (WebGPU) need a bound on the number of shapes.
 *
 * @param lengths - of all samples, whole numbers from 0; at least one
 * @returns ascending; the last one is not below any length
 * @throws `RangeError` when there are no lengths, or a length or option is out of range
 *
 * @example
 * lengthBuckets([7, 9, 12, 60, 61], { count: 2 }); // [16, 64]
 */
export function lengthBuckets(lengths: ArrayLike<number>, options: LengthBucketOptions = {}): number[] {
  const { count = 8, multipleOf = 16, limit = Number.MAX_SAFE_INTEGER } = options;
  checkWhole('count', count, 1, Infinity);
  checkWhole('multipleOf', multipleOf, 1, Infinity);
  checkWhole('limit', limit, 1, Infinity);
  if (lengths.length === 0) throw new RangeError('lengthBuckets: lengths must hold at least one, got none.');
  const samples: number[] = []; // by multiple: how many need it
  for (const length of Array.from(lengths)) {
    checkWhole('each length', length, 0, limit);
    const multiple = Math.max(0, Math.ceil(length / multipleOf) - 1);
    while (samples.length <= multiple) samples.push(0);
    samples[multiple] = (samples[multiple] ?? 0) + 1;
  }
  const sizes = samples.map((_, multiple) => Math.min((multiple + 1) * multipleOf, limit));
  return fewestPlaces(samples, sizes, count);
}

/** Dynamic programming over the sizes: each bucket holds a run of them and is as long as the last one. */
function fewestPlaces(samples: readonly number[], sizes: readonly number[], count: number): number[] {
  const before = prefixSums(samples);
  const places = (from: number, last: number): number =>
    ((before[last + 1] ?? 0) - (before[from] ?? 0)) * (sizes[last] ?? 0);
  // best[last]: the fewest places of the sizes up to `last` in as many buckets as rounds were made, and those buckets.
  let best = sizes.map((size, last) => ({ total: places(0, last), buckets: [size] }));
  for (let round = 1; round < Math.min(count, sizes.length); round++) {
    best = best.map((fewer, last) => {
      let found = fewer;
      for (let previous = 0; previous < last; previous++) {
        const { total = Infinity, buckets = [] } = best[previous] ?? {};
        const candidate = total + places(previous + 1, last);
        if (candidate < found.total) found = { total: candidate, buckets: [...buckets, sizes[last] ?? 0] };
      }
      return found;
    });
  }
  return best.at(-1)?.buckets ?? [];
}

function prefixSums(values: readonly number[]): number[] {
  const sums = [0];
  for (const value of values) sums.push((sums.at(-1) ?? 0) + value);
  return sums;
}

function checkWhole(name: string, value: number, least: number, most: number): void {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return;
  const range = most === Infinity ? `from ${least}` : `from ${least} to ${most}`;
  throw new RangeError(`lengthBuckets: ${name} must be a whole number ${range}, got ${value}.`);
}
