import { type ResampleWeights } from './resampleWeights.js';

/** Weights in the form that `resample.wat` describes. */
export interface PackedWeights {
  /** For each new pixel: its first old pixel, and how many groups it has. */
  readonly spans: Int32Array;
  /** Eight numbers for each group of four taps. */
  readonly groups: Int16Array;
}

const known = new WeakMap<ResampleWeights, PackedWeights>();

/** @returns shared with later calls for the same weights: do not write into it */
export function packWeights(weights: ResampleWeights): PackedWeights {
  const packed = known.get(weights) ?? pack(weights);
  known.set(weights, packed);
  return packed;
}

function pack({ starts, counts, weights, taps }: ResampleWeights): PackedWeights {
  const spans = new Int32Array(starts.length * 2);
  let total = 0;
  for (const [i, start] of starts.entries()) {
    const length = Math.ceil((counts[i] ?? 0) / 4);
    spans[i * 2] = start;
    spans[i * 2 + 1] = length;
    total += length;
  }
  const groups = new Int16Array(total * 8);
  let place = 0;
  for (const [i, count] of counts.entries()) {
    for (let tap = 0; tap < count; tap += 1) {
      const weight = weights[i * taps + tap] ?? 0;
      // Of each pair of taps, both high parts and then both low ones.
      const at = place + (tap >> 1) * 4 + (tap & 1);
      groups[at] = weight >> 11;
      groups[at + 2] = weight & 0x7ff;
    }
    place += (spans[i * 2 + 1] ?? 0) * 8;
  }
  return { spans, groups };
}
