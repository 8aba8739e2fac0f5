/** One record of a data file, before its columns have a meaning. */
export interface Row {
  /** Line on which it begins, from 1. */
  readonly line: number;
  /** Values by column; JSON Lines may hold lists. */
  readonly fields: ReadonlyMap<string, string | readonly string[]>;
  /** Why it cannot be used, if it cannot. */
  readonly problem?: RowProblem;
}

/** Why a row cannot be used. */
export interface RowProblem {
  /** The same words for the same kind of problem: rows are counted by them. */
  readonly reason: string;
  /** What was found, without the row's content. */
  readonly detail?: string;
}
