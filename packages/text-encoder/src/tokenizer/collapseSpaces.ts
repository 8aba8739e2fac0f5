import { type AlignedText } from './AlignedText.js';
import { AlignedTextBuilder } from './AlignedTextBuilder.js';
import { isSpaceAt } from './isSpaceAt.js';

/** Makes one space of each run of white space, aligned with the last character of the run, as the reference has it. */
export function collapseSpaces({ text, starts, ends }: AlignedText): AlignedText {
  const builder = new AlignedTextBuilder();
  let unit = 0;
  for (const character of text) {
    const next = unit + character.length;
    if (!isSpaceAt(text, unit)) builder.add(character, starts[unit] ?? 0, ends[unit] ?? 0);
    else if (!isSpaceAt(text, next)) builder.add(' ', starts[unit] ?? 0, ends[unit] ?? 0);
    unit = next;
  }
  return builder.build();
}
