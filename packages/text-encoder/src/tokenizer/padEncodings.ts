import { type BatchEncoding, type EncodeBatchOptions, type Encoding } from './Encoding.js';

/**
 * Puts encodings side by side.
 *
 * @param padding - as in {@link EncodeBatchOptions}
 * @param padTokenId - fills the rows
 * @throws RangeError when there is no row, or rows cannot be made equally long
 */
export function padEncodings(
  encodings: readonly Encoding[],
  padding: NonNullable<EncodeBatchOptions['padding']>,
  padTokenId: number,
): BatchEncoding {
  const length = paddedLength(
    encodings.map(({ inputIds }) => inputIds.length),
    padding,
  );
  const size = encodings.length * length;
  const batch = {
    inputIds: new Int32Array(size).fill(padTokenId),
    attentionMask: new Int32Array(size),
    tokenTypeIds: new Int32Array(size),
  };
  for (const [row, encoding] of encodings.entries()) {
    for (const field of ['inputIds', 'attentionMask', 'tokenTypeIds'] as const)
      batch[field].set(encoding[field], row * length);
  }
  return { ...batch, shape: [encodings.length, length], encodings };
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
