import { type AlignedText } from './AlignedText.js';
import { AlignedTextBuilder } from './AlignedTextBuilder.js';

/** A character of a text that is made from another text. */
export interface ReplacedCharacter {
  readonly character: string;
  /** 0 where it stands for the next character of the other text, -n where for it and n more, 1 where for none of its own. */
  readonly change: number;
}

/**
 * Puts characters in the place of others. One that stands for several is aligned with the first of them, one that stands for none with the
 * character before.
 *
 * Reference: `NormalizedString::transform` of tokenizers 0.23.3 (Rust).
 *
 * @param text - the other text
 * @param characters - together they stand for every character of it, in order
 */
export function replaceCharacters(text: AlignedText, characters: readonly ReplacedCharacter[]): AlignedText {
  const builder = new AlignedTextBuilder();
  let unit = 0;
  for (const { character, change } of characters) {
    const origin = change > 0 ? unit - 1 : unit;
    builder.add(character, text.starts[origin] ?? 0, text.ends[origin] ?? 0);
    for (let consumed = change; consumed <= 0; consumed += 1) {
      unit += (text.text.codePointAt(unit) ?? 0) > 0xffff ? 2 : 1;
    }
  }
  return builder.build();
}
