import { type Rank, reshape, split, type Tensor1D } from '@tensorflow/tfjs-core';

/**
 * The opposite of `packTensors`, still flat.
 *
 * Halves, then halves of halves: on wasm every part that is taken out of a tensor copies that tensor whole, so that 88 parts of 215,000
 * values took 15 ms at once and take 2 ms this way.
 *
 * @param flat - all values
 * @param sizes - of the parts, in order; their sum is the size of `flat`
 * @returns new tensors for the surrounding `tidy`
 */
export function splitFlat(flat: Tensor1D, sizes: readonly number[]): Tensor1D[] {
  // With one size, split gives the tensor itself or a view of it; a reshape is always a tensor of its own.
  if (sizes.length === 1) return [reshape<Rank.R1>(flat, [flat.size])];
  if (sizes.length === 2) return split(flat, [...sizes]);
  const middle = middleOf(sizes, flat.size);
  const halves = [sizes.slice(0, middle), sizes.slice(middle)];
  const parts = split<Tensor1D>(
    flat,
    halves.map((half) => half.reduce((total, size) => total + size, 0)),
  );
  return parts.flatMap((part, i) => splitFlat(part, halves[i] ?? []));
}

/** How many sizes make up about half of the values; at least one, and not all. */
function middleOf(sizes: readonly number[], total: number): number {
  let count = 0;
  for (let sum = 0; count < sizes.length - 1 && sum < total / 2; count += 1) sum += sizes[count] ?? 0;
  return Math.max(1, count);
}
