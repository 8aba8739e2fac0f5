/** How often each class was taken for each. */
export interface ClassCounts {
  /** What row and column `i` stand for. */
  readonly classes: readonly (string | number)[];
  /** `counts[i][j]`: samples of class `i` predicted as class `j`, at least 0. */
  readonly counts: readonly (readonly number[])[];
}
