import { decomposedCharacters } from './decomposedCharacters.js';
import { decomposesSinceUnicode10 } from './decomposesSinceUnicode10.js';
import { type ReplacedCharacter } from './replaceCharacters.js';

/**
 * The characters of a text after canonical composition (NFC).
 *
 * The Unicode Standard, section 3.11; reference as for {@link decomposedCharacters}.
 */
export function composedCharacters(text: string): ReplacedCharacter[] {
  const composed: { character: string; change: number }[] = [];
  let starter: { character: string; change: number } | undefined;
  let lastMark: number | undefined;
  for (const { character, change, combining } of decomposedCharacters(text)) {
    // A mark of the same class or a higher one between the two blocks them.
    const composition =
      starter && (lastMark === undefined || lastMark < combining)
        ? compositionOf(starter.character, character)
        : undefined;
    if (starter && composition !== undefined) {
      starter.character = composition;
      starter.change += change - 1;
      continue;
    }
    const next = { character, change };
    composed.push(next);
    if (combining === 0) [starter, lastMark] = [next, undefined];
    else if (starter) lastMark = combining;
  }
  return composed;
}

/** Two characters as one, or `undefined`. */
function compositionOf(first: string, second: string): string | undefined {
  if ((second.codePointAt(0) ?? 0) < 0x300) return undefined;
  const pair = (first + second).normalize('NFC');
  const codePoint = pair.codePointAt(0) ?? 0;
  const isOne = pair.length === (codePoint > 0xffff ? 2 : 1);
  return isOne && !decomposesSinceUnicode10(codePoint) ? pair : undefined;
}
