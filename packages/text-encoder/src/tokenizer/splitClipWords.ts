import { type AlignedText } from './AlignedText.js';
import { characterClass, characterClassesOf } from './characterClass.js';
import { contractionAt } from './contractionAt.js';
import { endOfRun } from './endOfRun.js';
import { isSpaceAt } from './isSpaceAt.js';

/** Special tokens that newer files keep together. */
const specialTokens = ['<|startoftext|>', '<|endoftext|>'];

/**
 * Splits a normalized text as CLIP does: contractions, runs of letters, single digits and runs of anything else; white space is dropped.
 *
 * `'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+` by hand, so that no pattern of a file is ever executed.
 * https://github.com/openai/CLIP, `simple_tokenizer.py`; reference: tokenizers 0.23.3 (Rust).
 *
 * @param text - normalized
 * @param keepsSpecialTokens - whether `<|startoftext|>` and `<|endoftext|>` come before the other alternatives
 */
export function splitClipWords(text: AlignedText, keepsSpecialTokens: boolean): AlignedText[] {
  const words: AlignedText[] = [];
  let start = 0;
  while (start < text.text.length) {
    if (isSpaceAt(text.text, start)) {
      start += 1;
      continue;
    }
    const end = endOfWord(text.text, start, keepsSpecialTokens);
    words.push(text.slice(start, end));
    start = end;
  }
  return words;
}

function endOfWord(text: string, start: number, keepsSpecialTokens: boolean): number {
  const special = keepsSpecialTokens ? specialTokens.find((token) => text.startsWith(token, start)) : undefined;
  const whole = special ?? contractionAt(text, start);
  if (whole !== undefined) return start + whole.length;
  const codePoint = text.codePointAt(start) ?? 0;
  const isNumber = (characterClassesOf(codePoint) & characterClass.number) !== 0;
  return isNumber ? start + (codePoint > 0xffff ? 2 : 1) : endOfRun(text, start);
}
