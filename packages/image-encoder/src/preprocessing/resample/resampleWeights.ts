import { type KernelFilter, resampleKernels } from '../ResampleFilter.js';

/** Fixed-point binary places of a weight: 32 bits less 8 of the pixel and 2 for sums outside 0..255. */
export const WEIGHT_BITS = 22;

/** For each new pixel of one axis: which old pixels it is made of, and how much of each. */
export interface ResampleWeights {
  /** First old pixel of new pixel `i`. */
  readonly starts: Int32Array;
  /** How many old pixels new pixel `i` reads. */
  readonly counts: Int32Array;
  /** `taps` places per new pixel; weights times 2^22, rounded. */
  readonly weights: Int32Array;
  readonly taps: number;
}

/** One axis of a resize, and the stretch of new pixels that is wanted. */
export interface ResampleAxis {
  readonly from: number;
  readonly to: number;
  readonly start: number;
  readonly length: number;
}

/** A data set has few sizes, but phones have many: enough for either, at most some megabytes. */
const CACHE_ENTRIES = 64;
const cache = new Map<string, ResampleWeights>();

/**
 * The weights of Pillow's 8-bit resize along one axis (`Resample.c`, `precompute_coeffs` and `normalize_coeffs_8bpc`).
 * When shrinking, the kernel is stretched by the factor, so that every old pixel counts.
 *
 * @returns shared with later calls for the same axis and filter: do not write into it
 */
export function resampleWeights(axis: ResampleAxis, filter: KernelFilter): ResampleWeights {
  const key = `${filter} ${axis.from} ${axis.to} ${axis.start} ${axis.length}`;
  const known = cache.get(key);
  if (known) return known;
  const computed = computeWeights(axis, filter);
  const oldest = cache.size >= CACHE_ENTRIES ? cache.keys().next() : undefined;
  if (oldest?.done === false) cache.delete(oldest.value);
  cache.set(key, computed);
  return computed;
}

function computeWeights({ from, to, start, length }: ResampleAxis, filter: KernelFilter): ResampleWeights {
  const kernel = resampleKernels[filter];
  const scale = from / to;
  const stretch = Math.max(scale, 1);
  const support = kernel.support * stretch;
  const taps = Math.ceil(support) * 2 + 1;
  const starts = new Int32Array(length);
  const counts = new Int32Array(length);
  const weights = new Int32Array(length * taps);
  const exact = new Float64Array(taps);
  const perOldPixel = 1 / stretch;
  for (let i = 0; i < length; i += 1) {
    const center = (start + i + 0.5) * scale;
    const first = Math.max(0, Math.trunc(center - support + 0.5));
    const count = Math.min(from, Math.trunc(center + support + 0.5)) - first;
    let total = 0;
    for (let tap = 0; tap < count; tap += 1) {
      const weight = kernel.weightAt((tap + first - center + 0.5) * perOldPixel);
      exact[tap] = weight;
      total += weight;
    }
    for (let tap = 0; tap < count; tap += 1) {
      const share = ((exact[tap] ?? 0) / total) * 2 ** WEIGHT_BITS;
      weights[i * taps + tap] = Math.trunc(share < 0 ? share - 0.5 : share + 0.5);
    }
    starts[i] = first;
    counts[i] = count;
  }
  return { starts, counts, weights, taps };
}
