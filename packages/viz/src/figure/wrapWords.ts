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
  const measured = words.map((word) => {
    const text = cut(displayText(word.text, 60), font, size, maxWidth);
    return { text, weight: word.weight, width: font.width(text, size), isGlued: word.spaceBefore === false };
  });
  for (const unit of glued(measured, maxWidth)) {
    const width = unit.reduce((sum, piece) => sum + piece.width, 0);
    const gap = x === 0 || unit[0]?.isGlued ? 0 : space;
    if (x > 0 && x + gap + width > maxWidth) {
      if (line + 1 === maxLines) {
        placed.push({ text: '…', weight: 0, line, x, width: font.width('…', size) });
        break;
      }
      [x, line] = [0, line + 1];
    } else x += gap;
    for (const piece of unit) {
      placed.push({ text: piece.text, weight: piece.weight, line, x, width: piece.width });
      x += piece.width;
    }
  }
  return { placed, lines: placed.length === 0 ? 0 : line + 1 };
}

interface Measured {
  readonly text: string;
  readonly weight: number;
  readonly width: number;
  readonly isGlued: boolean;
}

/** Words that no space separates stay together, as long as a line can hold them. */
function glued(words: readonly Measured[], maxWidth: number): readonly (readonly Measured[])[] {
  const units: Measured[][] = [];
  for (const word of words) {
    const last = units.at(-1);
    const width = last?.reduce((sum, piece) => sum + piece.width, word.width) ?? Infinity;
    if (last && word.isGlued && width <= maxWidth) last.push(word);
    else units.push([word]);
  }
  return units;
}

function cut(text: string, font: FigureFont, size: number, maxWidth: number): string {
  let shown = text;
  while (shown.length > 1 && font.width(shown, size) > maxWidth) shown = `${shown.slice(0, -2)}…`;
  return shown;
}
