import { type AlignedPiece } from './AlignedPiece.js';
import { type Encoding } from './Encoding.js';
import { type SpecialPiece, type Template } from './Template.js';

/** One token of an encoding; special tokens belong to no word and no text. */
interface Row extends SpecialPiece {
  readonly type: number;
  readonly offset: readonly [number, number];
  readonly wordId: number | null;
  readonly sequence: number | null;
}

/**
 * Puts texts and special tokens together.
 *
 * @param first - pieces of the text, truncated
 * @param second - pieces of the pair, or `undefined` without one
 * @param template - what is put around them
 */
export function assembleEncoding(
  first: readonly AlignedPiece[],
  second: readonly AlignedPiece[] | undefined,
  template: Template,
): Omit<Encoding, 'overflowing'> {
  const { before, between, after, pairType } = template;
  const rows = [
    ...specialRows(before, 0),
    ...textRows(first, 0, 0),
    ...(second ? [...specialRows(between, 0), ...textRows(second, 1, pairType)] : []),
    ...specialRows(after, second ? pairType : 0),
  ];
  return {
    inputIds: rows.map(({ id }) => id),
    tokenTypeIds: rows.map(({ type }) => type),
    attentionMask: rows.map(() => 1),
    tokens: rows.map(({ token }) => token),
    offsets: rows.map(({ offset }) => offset),
    wordIds: rows.map(({ wordId }) => wordId),
    sequenceIds: rows.map(({ sequence }) => sequence),
    specialTokensMask: rows.map(({ sequence }) => (sequence === null ? 1 : 0)),
  };
}

function specialRows(pieces: readonly SpecialPiece[], type: number): Row[] {
  return pieces.map((piece) => ({ ...piece, type, offset: [0, 0], wordId: null, sequence: null }));
}

function textRows(pieces: readonly AlignedPiece[], sequence: number, type: number): Row[] {
  return pieces.map(({ id, token, start, end, wordId }) => ({
    id,
    token,
    type,
    offset: [start, end],
    wordId,
    sequence,
  }));
}
