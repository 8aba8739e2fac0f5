import type { ImageErrorReason } from '../errors/ImageError.js';
import type { ImageFormat } from '../images/sniffFormat.js';
import type { RowReport } from '../reading/RowReport.js';
import type { SplitName } from '../reading/Sample.js';
import type { NumberSummary } from './summarize.js';

/** How often a label occurs. */
export interface LabelCount {
  readonly label: string;
  readonly samples: number;
  /** From 0 to 1. */
  readonly share: number;
  /** Samples per split, where the file has a split column. */
  readonly splits?: Readonly<Record<SplitName, number>>;
}

/** An image that cannot be used, and who names it. */
export interface UnreadableImage {
  readonly id: string;
  readonly line: number;
  readonly path: string;
  readonly reason: ImageErrorReason;
  /** The whole message. */
  readonly message: string;
}

/** What the images of a data set are. */
export interface ImageSummary {
  /** Rows without an image. */
  readonly rowsWithout: number;
  /** Image files that rows name, each counted once. */
  readonly files: number;
  /** Readable files by format. */
  readonly formats: Readonly<Partial<Record<ImageFormat, number>>>;
  /** In pixels, after EXIF orientation; absent when no file is readable. */
  readonly width?: NumberSummary;
  /** In pixels; absent when no file is readable. */
  readonly height?: NumberSummary;
  /** One entry for each row that names it. */
  readonly unreadable: readonly UnreadableImage[];
  /** Unreadable entries by reason. */
  readonly unreadableByReason: Readonly<Partial<Record<ImageErrorReason, number>>>;
}

/** Rows with the same text and the same image bytes. */
export interface DuplicateSummary {
  /** Contents that occur more than once. */
  readonly contents: number;
  /** Rows that repeat an earlier one. */
  readonly rows: number;
  /** Contents that occur in more than one split; 0 without a split column. */
  readonly acrossSplits: number;
  /** Contents with more than one label. */
  readonly withOtherLabel: number;
  /** Ids of the first few groups. */
  readonly examples: readonly (readonly string[])[];
}

/** What {@link checkDataset} found; plain data. */
export interface DatasetCheck {
  readonly path: string;
  /** Every row read, used or left out. */
  readonly report: RowReport;
  /** Rows that `loadSamples` would give; their images may still be unreadable. */
  readonly rowsUsed: number;
  /** Rows whose id an earlier row has: `loadSamples` refuses such a file. */
  readonly repeatedIds: number;
  /** Most frequent first; empty when the file has no label column. */
  readonly labels: readonly LabelCount[];
  /** Lengths of the texts; absent when no row can be used. Words are what white space separates. */
  readonly text?: { readonly characters: NumberSummary; readonly words: NumberSummary };
  readonly images: ImageSummary;
  readonly duplicates: DuplicateSummary;
  /** Rows per split, where the file has a split column. */
  readonly splits?: Readonly<Record<SplitName, number>>;
  /** What should be looked at before training, in sentences. */
  readonly warnings: readonly string[];
}
