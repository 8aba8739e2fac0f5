import { type AlignedText } from './AlignedText.js';
import { AlignedTextBuilder } from './AlignedTextBuilder.js';
import { characterClass, characterClassesOf } from './characterClass.js';
import { decomposedCharacters } from './decomposedCharacters.js';
import { lowercase } from './lowercase.js';
import { type NormalizationRules } from './NormalizationRules.js';
import { replaceCharacters } from './replaceCharacters.js';

/**
 * Normalizes a text as BERT does before it is split into words.
 *
 * https://github.com/google-research/bert, `tokenization.py`; reference: `BertNormalizer` of tokenizers 0.23.3 (Rust).
 */
export function normalizeBert(text: AlignedText, rules: NormalizationRules): AlignedText {
  const cleaned = clean(text, rules);
  const stripped = rules.stripAccents ? stripAccents(cleaned) : cleaned;
  return rules.lowercase ? lowercase(stripped) : stripped;
}

/** Removes what cleaning removes, and puts spaces around characters of Chinese origin. */
function clean(aligned: AlignedText, { cleanText, tokenizeChineseChars }: NormalizationRules): AlignedText {
  const { text, starts, ends } = aligned;
  if (/^[ -~]*$/.test(text)) return aligned;
  const builder = new AlignedTextBuilder();
  let unit = 0;
  for (const character of text) {
    const classes = characterClassesOf(character.codePointAt(0) ?? 0);
    if (!cleanText || (classes & characterClass.removed) === 0) {
      const standsAlone = tokenizeChineseChars && (classes & characterClass.han) !== 0;
      const isSpace = cleanText && (classes & characterClass.space) !== 0;
      const replaced = isSpace ? ' ' : character;
      builder.add(standsAlone ? ` ${replaced} ` : replaced, starts[unit] ?? 0, ends[unit] ?? 0);
    }
    unit += character.length;
  }
  return builder.build();
}

/** Takes characters apart and drops nonspacing marks. */
function stripAccents(aligned: AlignedText): AlignedText {
  if (/^[\0-\xbf]*$/.test(aligned.text)) return aligned;
  const { text, starts, ends } = replaceCharacters(aligned, decomposedCharacters(aligned.text));
  const builder = new AlignedTextBuilder();
  let unit = 0;
  for (const character of text) {
    const isMark = (characterClassesOf(character.codePointAt(0) ?? 0) & characterClass.mark) !== 0;
    if (!isMark) builder.add(character, starts[unit] ?? 0, ends[unit] ?? 0);
    unit += character.length;
  }
  return builder.build();
}
