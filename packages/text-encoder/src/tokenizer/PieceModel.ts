/** A part of a word that is in the vocabulary, or the unknown token for what has no parts. */
export interface Piece {
  readonly id: number;
  readonly token: string;
  /** UTF-16 units of the normalized word that it stands for. */
  readonly length: number;
}

/** Splits words into tokens of a vocabulary. */
export interface PieceModel {
  /** @param word - normalized, not empty */
  split(word: string): readonly Piece[];
}
