/** A row that was left out, and why. */
export interface SkippedRow {
  readonly id: string;
  readonly line: number;
  /** In words that can be counted. */
  readonly reason: string;
  /** What was found, where more can be said. */
  readonly detail?: string;
}

/** Every row accounted for: `rowsRead` is the number of samples plus the number of `skipped`. */
export interface RowReport {
  readonly rowsRead: number;
  /** In the order of the file. */
  readonly skipped: readonly SkippedRow[];
  /** Number of rows left out, by reason. */
  readonly skippedByReason: Readonly<Record<string, number>>;
}
