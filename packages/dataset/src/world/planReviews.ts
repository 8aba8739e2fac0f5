import { permutation } from '../random/permutation.js';
import { randomStream } from '../random/randomStream.js';
import { FLIPPED_SHARE, kindShares, reviewKinds, type ReviewKind } from './reviewKinds.js';

/** Reviews per split of the synthetic world. */
export interface WorldSizes {
  readonly train: number;
  readonly validation: number;
  readonly test: number;
}

/** What a review will be, before it is written and drawn. */
export interface PlannedReview {
  /** Position in the world, from 0. */
  readonly index: number;
  readonly split: keyof WorldSizes;
  readonly kind: ReviewKind;
  /** What the label says unless it is flipped. */
  readonly isSound: boolean;
  /** Whether the label is turned around. */
  readonly isFlipped: boolean;
}

/**
 * Decides kind, state and flip of every review, in random order.
 *
 * Shares of kinds, of flips, and of positive reviews within a kind, are exact in each split up to rounding, so that
 * the ceilings hold for the very reviews at hand.
 */
export function planReviews(seed: number, sizes: WorldSizes): PlannedReview[] {
  let start = 0;
  return (['train', 'validation', 'test'] as const).flatMap((split) => {
    const count = sizes[split];
    const ranks = permutation(count, randomStream(seed, 'kinds', split));
    const flipRanks = permutation(count, randomStream(seed, 'flips', split));
    const bounds = cumulative(kindShares).map((share) => Math.round(share * count));
    const first = start;
    start += count;
    return Array.from(ranks, (rank, offset) => ({
      index: first + offset,
      split,
      kind: reviewKinds[bounds.findIndex((bound) => rank < bound)] ?? 'text names the part',
      isSound: rank % 2 === 0,
      isFlipped: (flipRanks[offset] ?? 0) < Math.round(FLIPPED_SHARE * count),
    }));
  });
}

function cumulative(shares: readonly number[]): number[] {
  let sum = 0;
  return shares.map((share) => (sum += share));
}
