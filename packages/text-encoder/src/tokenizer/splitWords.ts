import { characterClass, characterClassesOf } from './characterClass.js';
import { type NormalizationRules } from './NormalizationRules.js';

/** A normalized word that knows where each of its UTF-16 units comes from. */
export interface AlignedWord {
  readonly text: string;
  /** Index in the source where the character behind each unit of `text` starts. */
  readonly starts: readonly number[];
  /** Index in the source where the character behind each unit of `text` ends. */
  readonly ends: readonly number[];
}

/**
 * Normalizes a text and splits it into words, keeping every word aligned with its source.
 *
 * BERT's basic tokenization: https://github.com/google-research/bert, `tokenization.py`; reference: tokenizers 0.23.3 (Rust),
 * `BertNormalizer` and `BertPreTokenizer`. One difference: marks that are kept are not put into canonical order.
 *
 * @param text - any string, also one with lone surrogates
 * @param rules - how to normalize
 */
export function splitWords(text: string, rules: NormalizationRules): AlignedWord[] {
  const words = new WordCollector();
  let end = 0;
  while (end < text.length) {
    const start = end;
    const codePoint = text.codePointAt(start) ?? 0;
    end += codePoint > 0xffff ? 2 : 1;
    const classes = characterClassesOf(codePoint);
    if (rules.cleanText && (classes & characterClass.removed) !== 0) continue;

    const standsAlone = rules.tokenizeChineseChars && (classes & characterClass.han) !== 0;
    if (standsAlone) words.endWord();
    if (codePoint < 0x80) {
      const isUpperCase = codePoint >= 0x41 && codePoint <= 0x5a;
      words.add(rules.lowercase && isUpperCase ? codePoint + 0x20 : codePoint, start, end);
    } else {
      for (const character of normalizeCharacter(codePoint, rules))
        words.add(character.codePointAt(0) ?? 0, start, end);
    }
    if (standsAlone) words.endWord();
  }
  words.endWord();
  return words.collected;
}

/** Builds words from normalized characters. */
class WordCollector {
  readonly collected: AlignedWord[] = [];
  #text = '';
  #starts: number[] = [];
  #ends: number[] = [];

  add(codePoint: number, start: number, end: number): void {
    const classes = characterClassesOf(codePoint);
    if ((classes & characterClass.space) !== 0) {
      this.endWord();
      return;
    }
    const isPunctuation = (classes & characterClass.punctuation) !== 0;
    if (isPunctuation) this.endWord();
    this.#text += String.fromCodePoint(codePoint);
    while (this.#starts.length < this.#text.length) {
      this.#starts.push(start);
      this.#ends.push(end);
    }
    if (isPunctuation) this.endWord();
  }

  endWord(): void {
    if (this.#text === '') return;
    this.collected.push({ text: this.#text, starts: this.#starts, ends: this.#ends });
    this.#text = '';
    this.#starts = [];
    this.#ends = [];
  }
}

/** Characters whose decomposition is younger than the reference, which leaves them as they are. */
const decomposedSinceUnicode10: ReadonlySet<number> = new Set([
  0x105c9, 0x105e4, 0x11383, 0x11385, 0x1138e, 0x11391, 0x113c5, 0x113c7, 0x113c8, 0x11938, 0x16d68, 0x16d69, 0x16d6a,
]);

/** Character by character, as the reference does it: a sigma at the end of a word becomes σ, not ς. */
function normalizeCharacter(codePoint: number, { stripAccents, lowercase }: NormalizationRules): string {
  const character = String.fromCodePoint(codePoint);
  const stripped = stripAccents ? stripMarks(codePoint, character) : character;
  return lowercase ? stripped.toLowerCase() : stripped;
}

function stripMarks(codePoint: number, character: string): string {
  const decomposed = decomposedSinceUnicode10.has(codePoint) ? character : character.normalize('NFD');
  let kept = '';
  for (const part of decomposed) {
    if ((characterClassesOf(part.codePointAt(0) ?? 0) & characterClass.mark) === 0) kept += part;
  }
  return kept;
}
