import { type Piece, type PieceModel } from './PieceModel.js';

const cachedWords = 20_000;
const longestCachedWord = 256;

/** Remembers how the last words were split: at most 20,000 of at most 256 UTF-16 units. */
export class CachedPieceModel implements PieceModel {
  readonly #model: PieceModel;
  readonly #known = new Map<string, readonly Piece[]>();

  /** @param model - asked for words that are not remembered */
  constructor(model: PieceModel) {
    this.#model = model;
  }

  split(word: string): readonly Piece[] {
    if (word.length > longestCachedWord) return this.#model.split(word);
    const known = this.#known.get(word);
    if (known) return known;
    const pieces = this.#model.split(word);
    if (this.#known.size >= cachedWords) this.#known.clear();
    this.#known.set(word, pieces);
    return pieces;
  }
}
