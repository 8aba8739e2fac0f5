/** A token with its place in the source. */
export interface AlignedPiece {
  readonly id: number;
  readonly token: string;
  readonly start: number;
  readonly end: number;
  readonly wordId: number;
}
