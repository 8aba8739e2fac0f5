import { type AttendedWord } from '../text/AttendedWord.js';
import { displayText } from '../text/displayText.js';
import { type FigureFont } from './FigureFont.js';

/** A word with its place in a paragraph. */
export interface PlacedWord {
  readonly text: string;
  readonly weight: number;
  readonly line: number;
  readonly x: number;
  readonly width: number;
}

/** Options of {@link wrapWords}. */
export interface WrapOptions {
  readonly font: FigureFont;
  readonly size: number;
  readonly maxWidth: number;
  readonly maxLines: number;
}

/** Breaks words into lines; a word wider than a line is cut, and words beyond the last line become an ellipsis. */
export function wrapWords(
  words: readonly AttendedWord[],
  { font, size, maxWidth, maxLines }: WrapOptions,
): { readonly placed: readonly PlacedWord[]; readonly lines: number } {
  const space = font.width(' ', size);
  const placed: PlacedWord[] = [];
  let [x, line] = [0, 0];
  for (const word of words) {
    const text = cut(displayText(word.text, 60), font, size, maxWidth);
    const width = font.width(text, size);
    const gap = x === 0 || word.spaceBefore === false ? 0 : space;
    if (x > 0 && x + gap + width > maxWidth) {
      if (line + 1 === maxLines) {
        placed.push({ text: '…', weight: 0, line, x: x + space / 2, width: font.width('…', size) });
        break;
      }
      [x, line] = [0, line + 1];
    } else x += gap;
    placed.push({ text, weight: word.weight, line, x, width });
    x += width;
  }
  return { placed, lines: placed.length === 0 ? 0 : line + 1 };
}

function cut(text: string, font: FigureFont, size: number, maxWidth: number): string {
  let shown = text;
  while (shown.length > 1 && font.width(shown, size) > maxWidth) shown = `${shown.slice(0, -2)}…`;
  return shown;
}
