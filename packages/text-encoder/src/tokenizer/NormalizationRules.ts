/** How text is normalized before it is split into words: the `normalizer` of a BERT `tokenizer.json`. */
export interface NormalizationRules {
  /** Removes control characters; lone surrogates count as such. */
  readonly cleanText: boolean;
  /** Makes every character of Chinese origin a word of its own. */
  readonly tokenizeChineseChars: boolean;
  /** Lowercases, character by character. */
  readonly lowercase: boolean;
  /** Removes nonspacing marks after canonical decomposition. */
  readonly stripAccents: boolean;
}
