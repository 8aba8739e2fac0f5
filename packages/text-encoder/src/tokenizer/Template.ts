/** A special token beside a text. */
export interface SpecialPiece {
  readonly id: number;
  readonly token: string;
}

/** What is put around texts. */
export interface Template {
  readonly before: readonly SpecialPiece[];
  /** Between the texts of a pair. */
  readonly between: readonly SpecialPiece[];
  readonly after: readonly SpecialPiece[];
  /** Type id of the second text and what is behind it. */
  readonly pairType: 0 | 1;
}
