import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { nastyFragments, readFixture } from '../__fixtures__/readFixture.js';
import { AlignedText } from './AlignedText.js';
import { type NormalizationRules } from './NormalizationRules.js';
import { normalizeBert } from './normalizeBert.js';
import { splitBertWords } from './splitBertWords.js';

const uncased: NormalizationRules = {
  cleanText: true,
  tokenizeChineseChars: true,
  lowercase: true,
  stripAccents: true,
};
const cased: NormalizationRules = { ...uncased, lowercase: false, stripAccents: false };
const splitWords = (text: string, rules = uncased): AlignedText[] =>
  splitBertWords(normalizeBert(AlignedText.of(text), rules));
const wordsOf = (text: string, rules = uncased): string[] => splitWords(text, rules).map((word) => word.text);

describe('normalizeBert and splitBertWords', () => {
  it('does with every character what the reference does', async () => {
    const golden = (await readFixture('characters.json')) as {
      unassignedInUnicode14: [number, number][];
      digests: Record<'uncased' | 'cased', string[]>;
    };
    const unassigned = new Uint8Array(0x110000);
    for (const [start, end] of golden.unassignedInUnicode14) unassigned.fill(1, start, end);
    for (const [name, rules] of [
      ['uncased', uncased],
      ['cased', cased],
    ] as const) {
      const digests = golden.digests[name].map((_, block) => {
        const digest = createHash('sha256');
        for (let point = block * 0x1000; point < (block + 1) * 0x1000; point += 1) {
          if (unassigned[point] === 1 || (point >= 0xd800 && point <= 0xdfff)) continue;
          const words = wordsOf(`x${String.fromCodePoint(point)}x`, rules);
          digest.update(`${point.toString(16)}:${words.join('|')}\n`);
        }
        return digest.digest('hex').slice(0, 16);
      });
      expect(digests).toEqual(golden.digests[name]);
    }
  });

  it('treats characters younger than the reference as it does, whatever the runtime knows of them', () => {
    // A mark and a punctuation of Unicode 14 and 9, and a letter that decomposes since Unicode 16.
    expect(wordsOf('a\u{1dfa}b')).toEqual(['a\u{1dfa}b']);
    expect(wordsOf('a\u2e43b')).toEqual(['a\u2e43b']);
    expect(wordsOf('\u{105c9}')).toEqual(['\u{105c9}']);
  });

  it('lowercases character by character, so that a sigma at the end stays a plain one', () => {
    expect(wordsOf('ΟΔΟΣ')).toEqual(['οδοσ']);
    expect(wordsOf('ΟΔΟΣ', cased)).toEqual(['ΟΔΟΣ']);
  });

  it('keeps control characters and spaces when cleaning is off', () => {
    expect(wordsOf('a\u0001b\u000bc', { ...uncased, cleanText: false })).toEqual(['a\u0001b', 'c']);
  });

  it.each([
    ['ＡＢ Ｃ', [0, 1, 3], [1, 2, 4]],
    ['e\u0301x y', [0, 2, 4], [1, 3, 5]],
    ['👍中', [0, 2], [2, 3]],
    ['각', [0, 0, 0], [1, 1, 1]],
    ['\ud800a\udc00', [1], [2]],
  ])('aligns each unit of the words of %j with the character it comes from', (text, starts, ends) => {
    const words = splitWords(text, uncased);
    const characterStarts = words.flatMap((word) => word.starts.filter((_, i) => isStartOfCharacter(word.text, i)));
    const characterEnds = words.flatMap((word) => word.ends.filter((_, i) => isStartOfCharacter(word.text, i)));
    expect([characterStarts, characterEnds]).toEqual([starts, ends]);
  });

  it('gives words without white space, aligned inside the text, that stay as they are when split again', () => {
    const text = fc.array(fc.oneof(fc.constantFrom(...nastyFragments), fc.string({ unit: 'binary' })), {
      maxLength: 8,
    });
    fc.assert(
      fc.property(text, fc.boolean(), (parts, isCased) => {
        const source = parts.join('');
        const rules = isCased ? cased : uncased;
        let last = 0;
        for (const { text: word, starts, ends } of splitWords(source, rules)) {
          expect(word).not.toMatch(/\s|^$/u);
          expect(starts.length).toBe(word.length);
          expect(ends.length).toBe(word.length);
          for (const [i, start] of starts.entries()) {
            expect(start).toBeGreaterThanOrEqual(last);
            expect(ends[i]).toBeGreaterThan(start);
            last = start;
          }
          expect(ends.at(-1)).toBeLessThanOrEqual(source.length);
          expect(wordsOf(word, rules)).toEqual([word]);
        }
      }),
      { seed: 11, numRuns: 300 },
    );
  });

  it('does not depend on lone surrogates', () => {
    for (const text of nastyFragments) expect(wordsOf(`a\ud83d ${text} \udc4db`)).toEqual(wordsOf(`a ${text} b`));
  });
});

function isStartOfCharacter(text: string, unit: number): boolean {
  const code = text.charCodeAt(unit);
  return code < 0xdc00 || code > 0xdfff;
}
