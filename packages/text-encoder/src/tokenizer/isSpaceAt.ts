import { characterClass, characterClassesOf } from './characterClass.js';

/** Whether the character at a place is white space; false at the end of the text. */
export function isSpaceAt(text: string, unit: number): boolean {
  return (characterClassesOf(text.codePointAt(unit) ?? 0) & characterClass.space) !== 0;
}
