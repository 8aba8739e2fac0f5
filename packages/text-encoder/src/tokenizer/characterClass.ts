import {
  hanCharacters,
  letterCharacters,
  markCharacters,
  numberCharacters,
  punctuationCharacters,
  removedCharacters,
  spaceCharacters,
  wordCharacters,
} from './characterTables.js';

/** What a character is to normalization and splitting; some are several of these. */
export const characterClass = {
  removed: 1,
  space: 2,
  punctuation: 4,
  mark: 8,
  han: 16,
  letter: 32,
  number: 64,
  word: 128,
} as const;

let classes: Uint8Array | undefined;

/**
 * The classes of a character as bits of {@link characterClass}.
 *
 * @param codePoint - integer in [0, 0x110000)
 */
export function characterClassesOf(codePoint: number): number {
  classes ??= readTables();
  return classes[codePoint] ?? 0;
}

/** One byte per code point (1.1 MB), filled on first use. */
function readTables(): Uint8Array {
  const found = new Uint8Array(0x110000);
  const tables: readonly (readonly [number, string])[] = [
    [characterClass.removed, removedCharacters],
    [characterClass.space, spaceCharacters],
    [characterClass.punctuation, punctuationCharacters],
    [characterClass.mark, markCharacters],
    [characterClass.han, hanCharacters],
    [characterClass.letter, letterCharacters],
    [characterClass.number, numberCharacters],
    [characterClass.word, wordCharacters],
  ];
  for (const [bit, ranges] of tables) {
    let position = 0;
    for (const range of ranges.split(' ')) {
      const [gap = '', length = ''] = range.split('.');
      position += parseInt(gap, 36);
      for (const end = position + parseInt(length, 36); position < end; position += 1) {
        found[position] = (found[position] ?? 0) | bit;
      }
    }
  }
  return found;
}
