import { createHuggingFaceTokenizer, type HuggingFaceTokenizer } from './huggingFaceTokenizer.js';
import { continuationPrefix, formatTokenizer } from './tokenizerFiles.js';
import { type TokenizerSettings } from './TokenizerSettings.js';

/** A part of a word that is in the vocabulary, or the unknown token for a word that has no parts. */
export interface Piece {
  readonly id: number;
  readonly token: string;
  /** UTF-16 units of the normalized word that it stands for. */
  readonly length: number;
}

const cachedWords = 20_000;

/** Splits words by the longest match from the left, and remembers how the last words were split. */
export class WordPieceModel {
  readonly #model: HuggingFaceTokenizer['model'];
  readonly #unkToken: string;
  readonly #longestWord: number;
  readonly #known = new Map<string, readonly Piece[]>();

  /** @param settings - checked by the caller */
  constructor(settings: TokenizerSettings) {
    // Without added tokens, which the library would take for pieces of words.
    this.#model = createHuggingFaceTokenizer({ ...formatTokenizer(settings), added_tokens: [] }).model;
    this.#unkToken = settings.specialTokens.unkToken;
    this.#longestWord = 2 * settings.maxInputCharsPerWord;
  }

  /** @param word - normalized, without white space, not empty */
  split(word: string): readonly Piece[] {
    const known = this.#known.get(word);
    if (known) return known;
    // A text may hold a word of a megabyte: no time and no memory for it.
    if (word.length > this.#longestWord) return [this.#pieceOf(this.#unkToken, word.length)];
    const tokens = this.#model.encode([word]);
    const pieces = tokens.map((token, i) => {
      const length = token.length - (i === 0 ? 0 : continuationPrefix.length);
      return this.#pieceOf(token, tokens.length === 1 ? word.length : length);
    });
    if (this.#known.size >= cachedWords) this.#known.clear();
    this.#known.set(word, pieces);
    return pieces;
  }

  #pieceOf(token: string, length: number): Piece {
    return { id: this.#model.tokens_to_ids.get(token) ?? -1, token, length };
  }
}
