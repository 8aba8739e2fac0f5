import { characterClass, characterClassesOf } from './characterClass.js';

const { letter, number, space } = characterClass;

/**
 * Where the run of characters ends that begins at a place: all letters, all numbers, all white space, or all anything else.
 *
 * @param start - inside the text
 */
export function endOfRun(text: string, start: number): number {
  const kindAt = (unit: number): number => characterClassesOf(text.codePointAt(unit) ?? 0) & (letter | number | space);
  const kind = kindAt(start);
  let end = start;
  while (end < text.length && kindAt(end) === kind) end += (text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1;
  return end;
}
