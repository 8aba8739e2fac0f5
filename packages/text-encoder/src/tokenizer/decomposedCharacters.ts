import { combiningClass } from './combiningClass.js';
import { decomposesSinceUnicode10 } from './decomposesSinceUnicode10.js';
import { type ReplacedCharacter } from './replaceCharacters.js';

/** A character with its canonical combining class. */
export interface DecomposedCharacter extends ReplacedCharacter {
  readonly combining: number;
}

/**
 * The characters of a text after canonical decomposition (NFD), with marks in canonical order.
 *
 * Reference: unicode-normalization-alignments 0.1.12 (Rust), whose tables are those of Unicode 9. Character by character, since what a runtime
 * knows of younger ones must not matter.
 */
export function decomposedCharacters(text: string): DecomposedCharacter[] {
  const decomposed: DecomposedCharacter[] = [];
  let marks: DecomposedCharacter[] = [];
  const endMarks = (): void => {
    if (marks.length === 0) return;
    decomposed.push(...marks.sort((a, b) => a.combining - b.combining));
    marks = [];
  };
  for (const source of text) {
    let change = 0;
    for (const character of decompositionOf(source)) {
      const combining = combiningClass(character.codePointAt(0) ?? 0);
      if (combining === 0) {
        endMarks();
        decomposed.push({ character, change, combining });
      } else {
        marks.push({ character, change, combining });
      }
      change = 1;
    }
  }
  endMarks();
  return decomposed;
}

function decompositionOf(character: string): string {
  const codePoint = character.codePointAt(0) ?? 0;
  return codePoint < 0xc0 || decomposesSinceUnicode10(codePoint) ? character : character.normalize('NFD');
}
