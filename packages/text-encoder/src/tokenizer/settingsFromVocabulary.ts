import { BertFamily } from './BertFamily.js';
import { bertSpecialTokens } from './bertSpecialTokens.js';
import { type TokenizerSettings } from './TokenizerSettings.js';
import { withSpecialTokens } from './withSpecialTokens.js';

/** Options of `TextTokenizer.fromVocabulary`. */
export interface VocabularyOptions {
  /** Default true. */
  readonly lowercase?: boolean | undefined;
  /** Whether accents are removed; default: as `lowercase`. */
  readonly stripAccents?: boolean | undefined;
  /** Whether each character of Chinese origin is a word; default true. */
  readonly tokenizeChineseChars?: boolean | undefined;
  /** Tokens per text when a call does not say; default 512. */
  readonly modelMaxLength?: number | undefined;
}

/** The settings of BERT's tokenizer for a list of tokens, unchecked. */
export function settingsFromVocabulary(
  vocabulary: readonly string[],
  { lowercase = true, stripAccents, tokenizeChineseChars = true, modelMaxLength }: VocabularyOptions,
): TokenizerSettings {
  const family = new BertFamily({
    normalization: { cleanText: true, tokenizeChineseChars, lowercase, stripAccents: stripAccents ?? lowercase },
    stripAccents,
    maxInputCharsPerWord: 100,
  });
  return {
    vocabulary: [...vocabulary],
    specialTokens: bertSpecialTokens,
    addedTokens: withSpecialTokens([], vocabulary, bertSpecialTokens),
    family,
    modelMaxLength: modelMaxLength ?? family.modelMaxLength,
    paddingSide: 'right',
    truncationSide: 'right',
  };
}
