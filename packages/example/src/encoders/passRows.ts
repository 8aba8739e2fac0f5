import type { BlockStack } from '../memory/BlockStack.js';

/**
 * Of the widest values in a block. A row takes longer when they do not fit the cache: BERT-base took 53 ms a row at 8 rows of 128 tokens, where they are as large as this, 60 at
 * 32 and 67 at 64 (32 MB of cache).
 */
const PASS_BYTES = 12 * 2 ** 20;

/**
 * How many rows of a batch are computed at once on a CPU without gradients: few where a row is large.
 *
 * @param rows - of the batch, at least one
 * @param stacks - encoders that run
 * @returns from 1 to `rows`; a divisor of `rows` unless that were less than half of what may be, so that all passes have one shape
 */
export function passRows(rows: number, stacks: readonly (BlockStack | undefined)[]): number {
  const widest = Math.max(1, ...stacks.map((stack) => (stack ? widestRowBytes(stack) : 0)));
  const most = Math.min(rows, Math.max(1, Math.floor(PASS_BYTES / widest)));
  for (let divisor = most; divisor > most / 2; divisor -= 1) if (rows % divisor === 0) return divisor;
  return most;
}

/** The inside of the feed-forward part, or the weights of attention. */
function widestRowBytes({ positions, intermediateSize, hiddenSize, numAttentionHeads }: BlockStack): number {
  return positions * Math.max(intermediateSize, hiddenSize, numAttentionHeads * positions) * 4;
}
