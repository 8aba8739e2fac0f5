import { AlignedText } from './AlignedText.js';
import { AlignedTextBuilder } from './AlignedTextBuilder.js';

/** Lowercases a text character by character, as the reference does: a sigma at the end of a word becomes σ, not ς. */
export function lowercase({ text, starts, ends }: AlignedText): AlignedText {
  if (/^[\0-\x7f]*$/.test(text)) return new AlignedText(text.toLowerCase(), starts, ends);
  const builder = new AlignedTextBuilder();
  let unit = 0;
  for (const character of text) {
    builder.add(character.toLowerCase(), starts[unit] ?? 0, ends[unit] ?? 0);
    unit += character.length;
  }
  return builder.build();
}
