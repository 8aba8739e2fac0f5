import { type AlignedText } from './AlignedText.js';
import { characterClass, characterClassesOf } from './characterClass.js';

/**
 * Splits a normalized text into words: at white space, and with each punctuation a word of its own.
 *
 * https://github.com/google-research/bert, `tokenization.py`; reference: `BertPreTokenizer` of tokenizers 0.23.3 (Rust).
 */
export function splitBertWords(text: AlignedText): AlignedText[] {
  const words: AlignedText[] = [];
  let start = 0;
  const endWord = (end: number): void => {
    if (end > start) words.push(text.slice(start, end));
    start = end;
  };
  let unit = 0;
  for (const character of text.text) {
    const classes = characterClassesOf(character.codePointAt(0) ?? 0);
    const next = unit + character.length;
    if ((classes & characterClass.space) !== 0) {
      endWord(unit);
      start = next;
    } else if ((classes & characterClass.punctuation) !== 0) {
      endWord(unit);
      endWord(next);
    }
    unit = next;
  }
  endWord(unit);
  return words;
}
