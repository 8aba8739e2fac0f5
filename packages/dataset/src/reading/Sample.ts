/** The three parts of a data set. */
export type SplitName = 'train' | 'validation' | 'test';

/** One row of a data file. */
export interface Sample {
  /** Unique in its file. */
  readonly id: string;
  readonly text: string;
  /** Absolute paths of its images; empty when the row names none. */
  readonly images: readonly string[];
  /** Null where the file has no label column. */
  readonly label: string | null;
  /** From the split column. */
  readonly split?: SplitName;
  /** Line of the file on which the row begins, from 1. */
  readonly line: number;
}
