import { AlignedText } from './AlignedText.js';
import { characterClass, characterClassesOf } from './characterClass.js';
import { continuationPrefix } from './formatWordPieceModel.js';
import { bertSpecialTokens } from './bertSpecialTokens.js';
import { type NormalizationRules } from './NormalizationRules.js';
import { normalizeBert } from './normalizeBert.js';
import { splitBertWords } from './splitBertWords.js';

/** Options of {@link buildVocabulary}. */
export interface BuildVocabularyOptions {
  /** Most tokens, special ones and characters included; default 30,000. */
  readonly size?: number | undefined;
  /** How often a word must occur to be a token of its own; default 1. Rarer words are spelled. */
  readonly minFrequency?: number | undefined;
  /** As for the tokenizer that will use it; default true. */
  readonly lowercase?: boolean | undefined;
}

/** Words of up to this many characters are split; longer ones are unknown anyway. */
const longestWord = 100;

/**
 * Collects a WordPiece vocabulary from training texts: the special tokens, every character (as the start of a word and as its continuation), then
 * whole words. Any word of at most 100 characters that occur in the texts can be spelled with it, so that none is unknown.
 *
 * Characters and words are sorted by frequency, equally frequent ones by code point: the order of the texts does not matter.
 *
 * @param texts - training texts only: others would tell the model what it is to be tested with
 * @param options - limits
 * @returns tokens, position is id: `[PAD]`, `[UNK]`, `[CLS]`, `[SEP]`, `[MASK]`, characters, words
 * @throws TypeError when a text is no string
 * @throws RangeError when `size` has no room for special tokens and characters, or a limit is no positive integer
 *
 * @example
 * buildVocabulary(['so so']).slice(5); // ['o', 's', '##o', '##s', 'so']
 */
export function buildVocabulary(
  texts: Iterable<string>,
  { size = 30_000, minFrequency = 1, lowercase = true }: BuildVocabularyOptions = {},
): string[] {
  for (const [name, value] of Object.entries({ size, minFrequency })) {
    if (!Number.isSafeInteger(value) || value < 1) {
      throw new RangeError(`buildVocabulary: ${name} must be a positive integer, got ${value}.`);
    }
  }
  const words = countWords(texts, { cleanText: true, tokenizeChineseChars: true, lowercase, stripAccents: lowercase });
  const characters = byFrequency(countCharacters(words));
  const needed = [
    ...Object.values(bertSpecialTokens),
    ...characters,
    ...characters.filter((character) => !standsAlone(character)).map((character) => continuationPrefix + character),
  ];
  if (needed.length > size) {
    throw new RangeError(
      `buildVocabulary: size must be at least ${needed.length} for the special tokens and the ${characters.length} characters of the texts, ` +
        `got ${size}.`,
    );
  }
  const frequent = [...words].filter(([word, count]) => count >= minFrequency && isWorthAToken(word));
  return [...needed, ...byFrequency(new Map(frequent)).slice(0, size - needed.length)];
}

function countWords(texts: Iterable<string>, rules: NormalizationRules): Map<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts as Iterable<unknown>) {
    if (typeof text !== 'string') {
      throw new TypeError(`buildVocabulary: each text must be a string, got ${text === null ? 'null' : typeof text}.`);
    }
    for (const { text: word } of splitBertWords(normalizeBert(AlignedText.of(text), rules))) {
      counts.set(word, (counts.get(word) ?? 0) + 1);
    }
  }
  return counts;
}

function countCharacters(words: ReadonlyMap<string, number>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [word, count] of words) {
    for (const character of word) counts.set(character, (counts.get(character) ?? 0) + count);
  }
  return counts;
}

/** Punctuation and characters of Chinese origin are words of their own and continue none. */
function standsAlone(character: string): boolean {
  const classes = characterClassesOf(character.codePointAt(0) ?? 0);
  return (classes & (characterClass.punctuation | characterClass.han)) !== 0;
}

/** Single characters are tokens already. */
function isWorthAToken(word: string): boolean {
  const { length } = Array.from(word);
  return length > 1 && length <= longestWord;
}

function byFrequency(counts: ReadonlyMap<string, number>): string[] {
  return [...counts]
    .sort(([a, countA], [b, countB]) => countB - countA || compareCodePoints(a, b))
    .map(([text]) => text);
}

/** JavaScript's own order compares UTF-16 units, which puts emoji before some letters. */
function compareCodePoints(a: string, b: string): number {
  const [first, second] = [Array.from(a), Array.from(b)];
  const place = first.findIndex((character, i) => character !== second[i]);
  if (place === -1) return first.length - second.length;
  return (first[place]?.codePointAt(0) ?? -1) - (second[place]?.codePointAt(0) ?? -1);
}
