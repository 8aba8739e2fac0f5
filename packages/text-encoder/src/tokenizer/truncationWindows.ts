import { type Side } from './Encoding.js';
import { quote } from './quote.js';

/** A stretch of tokens: `[start, end)`. */
export interface TokenWindow {
  readonly start: number;
  readonly end: number;
}

/**
 * The stretches into which truncation cuts a text, the one that is kept first.
 *
 * Reference: `Encoding::truncate` of tokenizers 0.23.3 (Rust).
 *
 * @param length - tokens of the text
 * @param kept - tokens that fit, at most `length`
 * @param stride - tokens that neighbours share
 * @param side - where the text is cut
 * @throws RangeError when the text is cut and `stride` is not below `kept`
 */
export function truncationWindows(length: number, kept: number, stride: number, side: Side): TokenWindow[] {
  if (kept >= length) return [{ start: 0, end: length }];
  // With room for nothing, everything is cut off in one piece.
  if (kept === 0) {
    return [
      { start: 0, end: 0 },
      { start: 0, end: length },
    ];
  }
  if (!Number.isSafeInteger(stride) || stride < 0 || stride >= kept) {
    throw new RangeError(
      `TextTokenizer.encode: stride must be an integer in [0, ${kept}), the tokens that are kept of a text, got ${quote(stride)}.`,
    );
  }
  const count = 1 + Math.ceil((length - kept) / (kept - stride));
  return Array.from({ length: count }, (_, i) => {
    const skipped = i * (kept - stride);
    return side === 'right'
      ? { start: skipped, end: Math.min(skipped + kept, length) }
      : { start: Math.max(length - skipped - kept, 0), end: length - skipped };
  });
}
