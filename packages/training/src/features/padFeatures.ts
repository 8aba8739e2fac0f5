import { type FloatTensor } from '@crossmodal/weights';
import { type SampleFeatures } from './SampleFeatures.js';

/** One feature of several samples, side by side. */
export interface PaddedFeature {
  /** `[B, D]` of vectors, `[B, T, D]` of states. */
  readonly shape: readonly number[];
  /** Row-major; zeros where a sample has fewer states. */
  readonly data: Float32Array;
  /** `[B, T]`, 1 = there, 0 = padding; `undefined` of vectors. */
  readonly mask: Int32Array | undefined;
}

/** Options of {@link padFeatures}. */
export interface PadFeaturesOptions {
  /** States of each sample after padding, `T`; default: the most that a sample of the batch has. */
  readonly length?: number | undefined;
}

/**
 * Puts the features of samples side by side, padded at the end with zeros.
 *
 * @param samples - at least one; all with the same features
 * @param options - how many states there are afterwards
 * @returns by name of the feature
 * @throws RangeError when there is no sample, a feature is missing or of another size in one of them, or one has more states than `length`
 */
export function padFeatures(
  samples: readonly SampleFeatures[],
  { length }: PadFeaturesOptions = {},
): Map<string, PaddedFeature> {
  const [first] = samples;
  if (!first) throw new RangeError('padFeatures: at least one sample must be given, got none.');
  return new Map(Object.keys(first).map((name) => [name, padOne(name, samples, length)]));
}

function padOne(name: string, samples: readonly SampleFeatures[], wanted: number | undefined): PaddedFeature {
  const rows = samples.map((features) => features[name]);
  const [first] = rows;
  const rank = first?.shape.length ?? 0;
  // States have a length of their own, vectors have not.
  const sizes = first?.shape.slice(rank === 1 ? 0 : 1) ?? [];
  const fits = (row: FloatTensor | undefined): row is FloatTensor =>
    row?.shape.length === rank && sizes.every((size, axis) => size === row.shape[axis + (rank === 1 ? 0 : 1)]);
  if (!rows.every(fits)) {
    const at = rows.findIndex((row) => !fits(row));
    throw new RangeError(
      `padFeatures: "${name}" must have the sizes [${sizes.join(', ')}] in every sample, ` +
        `got [${rows[at]?.shape.join(', ') ?? 'nothing'}] in sample ${at}.`,
    );
  }
  const rowSize = sizes.reduce((product, size) => product * size, 1);
  const lengths = rows.map(({ shape }) => (rank === 1 ? 1 : (shape[0] ?? 0)));
  const longest = Math.max(1, ...lengths);
  const length = rank === 1 ? 1 : (wanted ?? longest);
  if (length < longest) {
    throw new RangeError(`padFeatures: length must be at least ${longest}, the states of "${name}", got ${length}.`);
  }
  const data = new Float32Array(rows.length * length * rowSize);
  const mask = rank === 1 ? undefined : new Int32Array(rows.length * length);
  for (const [row, values] of rows.entries()) {
    data.set(values.data, row * length * rowSize);
    mask?.fill(1, row * length, row * length + (lengths[row] ?? 0));
  }
  return { shape: [rows.length, ...(rank === 1 ? [] : [length]), ...sizes], data, mask };
}
