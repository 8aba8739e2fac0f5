const replaced: readonly (readonly [string, string])[] = [
  [' .', '.'],
  [' ?', '?'],
  [' !', '!'],
  [' ,', ','],
  [" ' ", "'"],
  [" n't", "n't"],
  [" 'm", "'m"],
  [" 's", "'s"],
  [" 've", "'ve"],
  [" 're", "'re"],
];

/**
 * Removes the spaces before punctuation and English contractions that decoding puts there.
 *
 * Reference: `clean_up_tokenization` of transformers 5.24 (Python).
 */
export function cleanUpSpaces(text: string): string {
  return replaced.reduce((cleaned, [from, to]) => cleaned.replaceAll(from, to), text);
}
