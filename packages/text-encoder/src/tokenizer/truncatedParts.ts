import { type AlignedPiece } from './AlignedPiece.js';
import { type EncodeOptions, type Side } from './Encoding.js';
import { quote } from './quote.js';
import { truncatedLengths } from './truncatedLengths.js';
import { truncationWindows } from './truncationWindows.js';

/** What is kept, or overflows, of a text and its pair. */
export interface TextParts {
  readonly first: readonly AlignedPiece[];
  readonly second: readonly AlignedPiece[] | undefined;
}

/** How texts are cut: as in {@link EncodeOptions}. */
export interface TruncationRules {
  readonly maxLength: number;
  /** How many of `maxLength` are put around the texts. */
  readonly specialTokens: number;
  readonly truncation: NonNullable<EncodeOptions['truncation']>;
  readonly truncationSide: Side;
  readonly stride: number;
}

/**
 * Cuts a text and its pair.
 *
 * @returns what is kept of both, then what was cut off, each part of one with each of the other, in the order of the reference
 * @throws RangeError as `TextTokenizer.encode`
 */
export function truncatedParts({ first, second }: TextParts, rules: TruncationRules): [TextParts, ...TextParts[]] {
  const { maxLength, specialTokens, truncation, truncationSide, stride } = rules;
  if (truncation === false) return [{ first, second }];
  const kept = truncatedLengths(first.length, second?.length, roomFor(maxLength, specialTokens), truncation);
  const windowsOf = (pieces: readonly AlignedPiece[], length: number): (readonly AlignedPiece[])[] =>
    truncationWindows(pieces.length, length, stride, truncationSide).map(({ start, end }) => pieces.slice(start, end));
  const [keptFirst = [], ...otherFirsts] = windowsOf(first, kept.first);
  const [keptSecond, ...otherSeconds] = second ? windowsOf(second, kept.second) : [undefined];
  return [
    { first: keptFirst, second: keptSecond },
    ...otherFirsts.flatMap((part) => [keptSecond, ...otherSeconds].map((other) => ({ first: part, second: other }))),
    ...otherSeconds.map((other) => ({ first: keptFirst, second: other })),
  ];
}

function roomFor(maxLength: number, specialTokens: number): number {
  if (!Number.isSafeInteger(maxLength) || maxLength < Math.max(1, specialTokens)) {
    throw new RangeError(
      `TextTokenizer.encode: maxLength must be an integer of at least ${Math.max(1, specialTokens)}, for special tokens or one token, ` +
        `got ${quote(maxLength)}.`,
    );
  }
  return maxLength - specialTokens;
}
