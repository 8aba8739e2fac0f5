import { type AlignedPiece } from './AlignedPiece.js';
import { isSpaceAt } from './isSpaceAt.js';

/** What stands for a space in byte-level vocabularies. */
const spaceCharacter = '\u0120';

/**
 * Takes the white space at both ends of tokens out of their offsets.
 *
 * Reference: `process_offsets` of tokenizers 0.23.3 (Rust), with its ways: it takes the first space of a text, and of each part of an
 * overflowing one, for the one that `addPrefixSpace` has put there.
 *
 * @param pieces - of one text, truncated
 * @param source - the text
 * @param addPrefixSpace - as in the rules
 */
export function trimOffsets(
  pieces: readonly AlignedPiece[],
  source: string,
  addPrefixSpace: boolean,
): readonly AlignedPiece[] {
  return pieces.map((piece, i) => {
    const leading = spacesFrom(Array.from(piece.token));
    const trailing = spacesFrom(Array.from(piece.token).reverse());
    if (leading === 0 && trailing === 0) return piece;
    const isAdded = addPrefixSpace && leading === 1 && (i === 0 || piece.start === 0);
    const start = Math.min(step(source, piece.start, isAdded ? 0 : leading, 1), piece.end);
    const end = Math.max(step(source, piece.end, trailing, -1), start);
    return { ...piece, start, end };
  });
}

function spacesFrom(characters: readonly string[]): number {
  const count = characters.findIndex((character) => character !== spaceCharacter && !isSpaceAt(character, 0));
  return count === -1 ? characters.length : count;
}

/** A place so many characters further on: the reference counts characters where it trims. */
function step(source: string, place: number, characters: number, direction: 1 | -1): number {
  let unit = place;
  for (let i = 0; i < characters; i += 1) {
    unit += direction;
    const code = source.charCodeAt(unit);
    const isInside = code >= 0xdc00 && code <= 0xdfff && isFirstHalf(source.charCodeAt(unit - 1));
    if (isInside) unit += direction;
  }
  return unit;
}

function isFirstHalf(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}
