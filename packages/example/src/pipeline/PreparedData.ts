import type { LabelEncoder, Sample, SplitName } from '@crossmodal/dataset';
import type { ImageStore } from './ImageStore.js';

/** The three parts of a data set; `test` is empty when the split has none. */
export const SPLIT_NAMES = ['train', 'validation', 'test'] as const satisfies readonly SplitName[];

/** A row left out, and why. */
export interface SkippedRow {
  readonly id: string;
  readonly line: number;
  readonly reason: string;
}

/** Every row accounted for: rows read = used + skipped, by reason. */
export interface DataAccount {
  readonly path: string;
  /** sha256 over ids, texts, labels and image paths of the rows used. */
  readonly fingerprint: string;
  readonly splitHash: string;
  readonly rowsRead: number;
  readonly rowsUsed: number;
  readonly skippedByReason: Readonly<Record<string, number>>;
  /** The first skipped rows, for people to look at. */
  readonly skippedExamples: readonly SkippedRow[];
  readonly splits: Readonly<Record<SplitName, number>>;
  readonly labels: Readonly<Record<string, Readonly<Record<SplitName, number>>>>;
  readonly blankImages: number;
  readonly duplicatesAcrossSplits: number;
  readonly warnings: readonly string[];
}

/** Data ready for training: samples by split, labels, images and the account of all rows. */
export interface PreparedData {
  readonly splits: Readonly<Record<SplitName, readonly Sample[]>>;
  readonly labels: LabelEncoder;
  readonly images: ImageStore;
  readonly account: DataAccount;
}
