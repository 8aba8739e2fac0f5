import { describe, expect, it } from 'vitest';
import { seededRandom } from '../__fixtures__/nastyTexts.js';
import { AlignedText } from './AlignedText.js';
import { composedCharacters } from './composedCharacters.js';
import { decomposedCharacters } from './decomposedCharacters.js';
import { type ReplacedCharacter, replaceCharacters } from './replaceCharacters.js';

const textOf = (characters: readonly ReplacedCharacter[]): string =>
  characters.map(({ character }) => character).join('');

/** Letters and marks that are all older than Unicode 9. */
const characters = Array.from(
  'aAeoOuUsvVǖéệḝÅ\u212b각가\u1100\u1161\u11a8\u0915\u093c\u0958\u09c7\u09be\u0b47\u0b57\u0dd9\u0dca\u30ab\u3099\u0f40\u0f71\u0f72\u0f74\u0300' +
    '\u0301\u0302\u0303\u0304\u0307\u0308\u0315\u031b\u0323\u0327\u0328\u0334\u0338\u0344\u0345\u05b4\u05bc\u302e\u302a\u{1d157}\u{1d165}\u{1d16d}\u2adc\ufb1d!',
);

describe('composedCharacters and decomposedCharacters', () => {
  it('give the canonical forms of Unicode for characters that the reference knows', () => {
    const random = seededRandom(4);
    for (let i = 0; i < 3000; i += 1) {
      const text = Array.from({ length: 7 }, () => characters[Math.floor(random() * characters.length)]).join('');
      expect(textOf(composedCharacters(text)), JSON.stringify(text)).toBe(text.normalize('NFC'));
      expect(textOf(decomposedCharacters(text)), JSON.stringify(text)).toBe(text.normalize('NFD'));
    }
  });

  it('leave alone what was given a form since', () => {
    for (const text of ['\u{105c9}', '\u{11935}\u{11930}', '\u{105d2}\u0307', '\u{16121}', '\u{16d67}\u{16d67}']) {
      expect(textOf(composedCharacters(text))).toBe(text);
      expect(textOf(decomposedCharacters(text))).toBe(text);
    }
    // A mark of Unicode 14 is not moved.
    expect(textOf(decomposedCharacters('a\u{10f82}\u0323'))).toBe('a\u{10f82}\u0323');
  });

  it('align a composed character with the first of its parts, parts with their character', () => {
    const aligned = (source: string, form: (text: string) => readonly ReplacedCharacter[]): unknown[] => {
      const { text, starts, ends } = replaceCharacters(AlignedText.of(source), form(source));
      return Array.from(text, (character, i) => [character, starts[i], ends[i]]);
    };
    expect(aligned('xe\u0301y', composedCharacters)).toEqual([['x', 0, 1], ['é', 1, 2], ['y', 3, 4]]); // prettier-ignore
    expect(aligned('éy', decomposedCharacters)).toEqual([['e', 0, 1], ['\u0301', 0, 1], ['y', 1, 2]]); // prettier-ignore
  });
});
