import { isSpaceAt } from './isSpaceAt.js';

/** Takes white space off both ends as Python's `strip` does, which counts U+001C to U+001F as such and U+FEFF not. */
export function stripSpaces(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && isStripped(text, start)) start += 1;
  while (end > start && isStripped(text, end - 1)) end -= 1;
  return text.slice(start, end);
}

function isStripped(text: string, unit: number): boolean {
  const code = text.charCodeAt(unit);
  return (code >= 0x1c && code <= 0x1f) || isSpaceAt(text, unit);
}
