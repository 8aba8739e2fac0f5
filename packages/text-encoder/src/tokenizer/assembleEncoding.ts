import { type Encoding } from './Encoding.js';
import { type AlignedPiece } from './TextPieces.js';

/** The tokens that are put around texts. */
export interface SpecialPieces {
  readonly cls: SpecialPiece;
  readonly sep: SpecialPiece;
}

interface SpecialPiece {
  readonly id: number;
  readonly token: string;
}

/** One token of an encoding; special tokens belong to no word and no text. */
interface Row extends SpecialPiece {
  readonly type: number;
  readonly offset: readonly [number, number];
  readonly wordId: number | null;
  readonly sequence: number | null;
}

/**
 * Puts texts and special tokens together: `[CLS] A [SEP]` or `[CLS] A [SEP] B [SEP]`.
 *
 * @param first - pieces of the text, truncated
 * @param second - pieces of the pair, or `undefined` without one
 * @param special - what is put around them; `undefined` for nothing
 */
export function assembleEncoding(
  first: readonly AlignedPiece[],
  second: readonly AlignedPiece[] | undefined,
  special: SpecialPieces | undefined,
): Encoding {
  const around = (piece: SpecialPiece | undefined, type: number): Row[] =>
    piece ? [{ ...piece, type, offset: [0, 0], wordId: null, sequence: null }] : [];
  const rows = [
    ...around(special?.cls, 0),
    ...textRows(first, 0),
    ...around(special?.sep, 0),
    ...(second ? [...textRows(second, 1), ...around(special?.sep, 1)] : []),
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

function textRows(pieces: readonly AlignedPiece[], sequence: number): Row[] {
  return pieces.map(({ id, token, start, end, wordId }) => ({
    id,
    token,
    type: sequence,
    offset: [start, end],
    wordId,
    sequence,
  }));
}
