import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nastyFragments } from '../__fixtures__/readFixture.js';
import { buildVocabulary } from './buildVocabulary.js';
import { TextTokenizer } from './TextTokenizer.js';

const special = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'];

describe('buildVocabulary', () => {
  it('lists special tokens, characters, continuations and words, each by frequency, then by code point', () => {
    const texts = ['Big big bag!', 'bag, éa 中 \u{10400}q \uff41q'];
    expect(buildVocabulary(texts)).toEqual([
      ...special,
      ...['b', 'g', 'a', 'i', 'q', '!', ',', 'e', '中', 'ａ', '\u{10428}'],
      ...['##b', '##g', '##a', '##i', '##q', '##e', '##ａ', '##\u{10428}'],
      ...['bag', 'big', 'ea', 'ａq', '\u{10428}q'],
    ]);
  });

  it('keeps the most frequent words within the limits', () => {
    const texts = ['aa aa aa ab ab b'];
    const characters = ['a', 'b', '##a', '##b'];
    expect(buildVocabulary(texts, { size: 10 })).toEqual([...special, ...characters, 'aa']);
    expect(buildVocabulary(texts, { minFrequency: 2 })).toEqual([...special, ...characters, 'aa', 'ab']);
    expect(buildVocabulary(texts, { minFrequency: 4 })).toEqual([...special, ...characters]);
    expect(buildVocabulary([])).toEqual(special);
  });

  it('keeps case and accents when asked', () => {
    expect(buildVocabulary(['Éa'], { lowercase: false }).slice(5)).toEqual(['a', 'É', '##a', '##É', 'Éa']);
  });

  it('does not make tokens of words that are unknown anyway', () => {
    expect(buildVocabulary(['a'.repeat(101)]).slice(5)).toEqual(['a', '##a']);
    expect(buildVocabulary(['a'.repeat(100)]).slice(7)).toEqual(['a'.repeat(100)]);
  });

  it('leaves no word unknown, in whatever order the texts come', () => {
    const fragments = nastyFragments.filter((text) => !/x{101}|\[UNK\]/.test(text));
    const text = fc.array(fc.constantFrom(...fragments), { maxLength: 6 }).map((parts) => parts.join(' '));
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 5 }), fc.boolean(), (texts, lowercase) => {
        const vocabulary = buildVocabulary(texts, { lowercase, minFrequency: 3 });
        expect(buildVocabulary([...texts].reverse(), { lowercase, minFrequency: 3 })).toEqual(vocabulary);
        const tokenizer = TextTokenizer.fromVocabulary(vocabulary, { lowercase });
        for (const each of texts) expect(tokenizer.encode(each).tokens).not.toContain('[UNK]');
        // New words from known letters are spelled.
        const letters = vocabulary.filter((token) => /^[a-z]$/.test(token));
        if (letters.length > 0) expect(tokenizer.encode(letters.join('').repeat(2)).tokens).not.toContain('[UNK]');
      }),
      { seed: 4, numRuns: 100 },
    );
  });

  it('says what does not fit', () => {
    expect(() => buildVocabulary(['ab!'], { size: 9 })).toThrow(
      new RangeError(
        'buildVocabulary: size must be at least 10 for the special tokens and the 3 characters of the texts, got 9.',
      ),
    );
    expect(buildVocabulary(['ab!'], { size: 10 }).length).toBe(10);
    expect(() => buildVocabulary([], { size: 0 })).toThrow('buildVocabulary: size must be a positive integer, got 0.');
    expect(() => buildVocabulary([], { minFrequency: 1.5 })).toThrow(
      'buildVocabulary: minFrequency must be a positive integer, got 1.5.',
    );
    expect(() => buildVocabulary([null as unknown as string])).toThrow(
      'buildVocabulary: each text must be a string, got null.',
    );
  });
});
