import { concat, type Rank, reshape, type Tensor, type Tensor1D } from '@tensorflow/tfjs-core';

/**
 * Values per pack. Small enough that the copy of a pack is cheap to hold, large enough that a model of the size of the review
 * world's is one pack.
 */
export const packSize = 2 ** 20;

/**
 * Sorts things into packs of at most {@link packSize} values; what is larger is a pack of its own.
 *
 * @param items - in order
 * @param sizeOf - number of values of one
 */
export function groupIntoPacks<T>(items: readonly T[], sizeOf: (item: T) => number): T[][] {
  const packs: T[][] = [];
  let room = 0;
  for (const item of items) {
    const size = sizeOf(item);
    const last = packs.at(-1);
    if (last && size <= room) last.push(item);
    else packs.push([item]);
    room = (last && size <= room ? room : packSize) - size;
  }
  return packs;
}

/**
 * Lays tensors end to end. One kernel call on the pack then replaces one on every tensor, and on a small model the calls are what
 * a step costs.
 *
 * @returns `[total size]`; a tensor for the surrounding `tidy`
 */
export function packTensors(tensors: readonly Tensor[]): Tensor1D {
  const flat = tensors.map((tensor) => reshape<Rank.R1>(tensor, [tensor.size]));
  const [only] = flat;
  return flat.length === 1 && only ? only : concat<Tensor1D>(flat);
}
