import { continuationPrefix, formatWordPieceModel, type WordPieceRules } from './formatWordPieceModel.js';
import { createHuggingFaceTokenizer, type HuggingFaceTokenizer } from './huggingFaceTokenizer.js';
import { type Piece, type PieceModel } from './PieceModel.js';

/**
 * Splits words by the longest match from the left.
 *
 * Wu et al. 2016, section 4.1, https://arxiv.org/abs/1609.08144; reference: tokenizers 0.23.3 (Rust).
 */
export class WordPieceModel implements PieceModel {
  readonly #model: HuggingFaceTokenizer['model'];
  readonly #rules: WordPieceRules;

  /**
   * @param vocabulary - position is id
   * @param rules - checked by the caller
   */
  constructor(vocabulary: readonly string[], rules: WordPieceRules) {
    this.#rules = rules;
    this.#model = createHuggingFaceTokenizer({
      // Without added tokens, which the library would take for pieces of words.
      added_tokens: [],
      normalizer: null,
      pre_tokenizer: null,
      post_processor: null,
      decoder: null,
      model: formatWordPieceModel(vocabulary, rules),
    }).model;
  }

  split(word: string): readonly Piece[] {
    const { unkToken, maxInputCharsPerWord } = this.#rules;
    // A text may hold a word of a megabyte: no time and no memory for it.
    if (word.length > 2 * maxInputCharsPerWord) return [this.#pieceOf(unkToken, word.length)];
    const tokens = this.#model.encode([word]);
    return tokens.map((token, i) => {
      const length = token.length - (i === 0 ? 0 : continuationPrefix.length);
      return this.#pieceOf(token, tokens.length === 1 ? word.length : length);
    });
  }

  #pieceOf(token: string, length: number): Piece {
    return { id: this.#model.tokens_to_ids.get(token) ?? -1, token, length };
  }
}
