/** Prefix of pieces that continue a word. */
export const continuationPrefix = '##';

/** What a WordPiece model is made from. */
export interface WordPieceRules {
  /** Stands for words that have no parts. */
  readonly unkToken: string;
  /** Longer words are unknown, in characters. */
  readonly maxInputCharsPerWord: number;
}

/** The `model` of a WordPiece `tokenizer.json`. */
export function formatWordPieceModel(vocabulary: readonly string[], rules: WordPieceRules): Record<string, unknown> {
  return {
    type: 'WordPiece',
    unk_token: rules.unkToken,
    continuing_subword_prefix: continuationPrefix,
    max_input_chars_per_word: rules.maxInputCharsPerWord,
    vocab: Object.fromEntries(vocabulary.map((token, id) => [token, id])),
  };
}
