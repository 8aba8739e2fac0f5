import { AddedTokenFinder } from './AddedTokenFinder.js';
import { type NormalizationRules } from './NormalizationRules.js';
import { splitWords } from './splitWords.js';
import { type TokenizerSettings } from './TokenizerSettings.js';
import { WordPieceModel } from './WordPieceModel.js';

/** A token with its place in the source. */
export interface AlignedPiece {
  readonly id: number;
  readonly token: string;
  readonly start: number;
  readonly end: number;
  readonly wordId: number;
}

/** Turns one text into pieces: added tokens as they stand, everything else normalized, split into words and then into pieces. */
export class TextPieces {
  readonly #model: WordPieceModel;
  readonly #normalization: NormalizationRules;
  readonly #addedTokens: AddedTokenFinder;

  /** @param settings - checked by the caller */
  constructor(settings: TokenizerSettings) {
    const { addedTokens, normalization } = settings;
    this.#model = new WordPieceModel(settings);
    this.#normalization = normalization;
    this.#addedTokens = new AddedTokenFinder(addedTokens);
  }

  /** @param text - any string */
  split(text: string): AlignedPiece[] {
    const pieces: AlignedPiece[] = [];
    let position = 0;
    let words = 0;
    for (const { id, content, index } of this.#addedTokens.find(text)) {
      words = this.#appendWords(pieces, text.slice(position, index), position, words);
      position = index + content.length;
      pieces.push({ id, token: content, start: index, end: position, wordId: words });
      words += 1;
    }
    this.#appendWords(pieces, text.slice(position), position, words);
    return pieces;
  }

  #appendWords(pieces: AlignedPiece[], section: string, offset: number, firstWordId: number): number {
    let wordId = firstWordId;
    for (const { text, starts, ends } of splitWords(section, this.#normalization)) {
      let unit = 0;
      for (const { id, token, length } of this.#model.split(text)) {
        const start = offset + (starts[unit] ?? 0);
        unit += length;
        pieces.push({ id, token, start, end: offset + (ends[unit - 1] ?? 0), wordId });
      }
      wordId += 1;
    }
    return wordId;
  }
}
