import { type BatchEncoding, type EncodeBatchOptions, type Encoding, type Side } from './Encoding.js';
import { quote } from './quote.js';

/** How rows are filled up. */
export interface PaddingRules {
  /** As in {@link EncodeBatchOptions}. */
  readonly padding: NonNullable<EncodeBatchOptions['padding']>;
  readonly padToMultipleOf: number;
  readonly side: Side;
  /** Fills the rows. */
  readonly padTokenId: number;
}

/**
 * Puts encodings side by side.
 *
 * @throws RangeError when there is no row, or rows cannot be made equally long
 */
export function padEncodings(
  encodings: readonly Encoding[],
  { padding, padToMultipleOf, side, padTokenId }: PaddingRules,
): Omit<BatchEncoding, 'overflowToSampleMapping'> {
  const lengths = encodings.map(({ inputIds }) => inputIds.length);
  const length = roundedUp(paddedLength(lengths, padding), padding === false ? 1 : padToMultipleOf);
  const size = encodings.length * length;
  const batch = {
    inputIds: new Int32Array(size).fill(padTokenId),
    attentionMask: new Int32Array(size),
    tokenTypeIds: new Int32Array(size),
  };
  for (const [row, encoding] of encodings.entries()) {
    const skipped = side === 'left' ? length - encoding.inputIds.length : 0;
    for (const field of ['inputIds', 'attentionMask', 'tokenTypeIds'] as const)
      batch[field].set(encoding[field], row * length + skipped);
  }
  return { ...batch, shape: [encodings.length, length], encodings };
}

function roundedUp(length: number, multiple: number): number {
  if (!Number.isSafeInteger(multiple) || multiple < 1) {
    throw new RangeError(
      `TextTokenizer.encodeBatch: padToMultipleOf must be a positive integer, got ${quote(multiple)}.`,
    );
  }
  return Math.ceil(length / multiple) * multiple;
}

function paddedLength(lengths: readonly number[], padding: 'longest' | number | false): number {
  // One by one, since a call takes only so many arguments.
  const longest = lengths.reduce((most, length) => Math.max(most, length), 0);
  if (lengths.length === 0 || longest === 0) {
    throw new RangeError(
      `TextTokenizer.encodeBatch: there must be a text with a token, got ${lengths.length} texts without one.`,
    );
  }
  if (padding === 'longest') return longest;
  if (padding === false) {
    const other = lengths.find((length) => length !== longest);
    if (other === undefined) return longest;
    throw new RangeError(
      `TextTokenizer.encodeBatch: without padding all texts must have equally many tokens, got ${longest} and ${other}. Use padding "longest".`,
    );
  }
  if (!Number.isSafeInteger(padding) || padding < longest) {
    throw new RangeError(
      `TextTokenizer.encodeBatch: padding must be an integer of at least the longest text's ${longest} tokens, got ${padding}. ` +
        'Lower maxLength or use padding "longest".',
    );
  }
  return padding;
}
