import { type AlignedText } from './AlignedText.js';
import { contractionAt } from './contractionAt.js';
import { endOfRun } from './endOfRun.js';
import { isSpaceAt } from './isSpaceAt.js';

/**
 * Splits a text as GPT-2 does, losing nothing: words, numbers and anything else with the space before them, and white space.
 *
 * `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+` by hand.
 * https://github.com/openai/gpt-2, `encoder.py`; reference: `ByteLevel` of tokenizers 0.23.3 (Rust).
 */
export function splitByteLevelWords(text: AlignedText): AlignedText[] {
  const words: AlignedText[] = [];
  let start = 0;
  while (start < text.text.length) {
    const end = endOfWord(text.text, start);
    words.push(text.slice(start, end));
    start = end;
  }
  return words;
}

function endOfWord(text: string, start: number): number {
  const contraction = contractionAt(text, start);
  if (contraction !== undefined) return start + contraction.length;
  const first = text[start] === ' ' ? start + 1 : start;
  if (first < text.length && !isSpaceAt(text, first)) return endOfRun(text, first);
  // The last white space before a word stays for it.
  const end = endOfRun(text, start);
  return end === text.length || end - start === 1 ? end : end - 1;
}
