/** Which file format, columns and rows `loadSamples` reads. */
export interface LoadOptions {
  /** Default: by extension, `.jsonl` and `.ndjson` are JSON Lines, everything else CSV. */
  readonly format?: 'csv' | 'jsonl';
  /** Default `text`. */
  readonly textColumn?: string;
  /** Default `image_path`. Null: the file names no images. */
  readonly imageColumn?: string | null;
  /** Default `label`. Null: the file has no labels. */
  readonly labelColumn?: string | null;
  /** Default: `id` if there is such a column, else the line number. */
  readonly idColumn?: string;
  /** Column with train / validation (val, valid, dev) / test, in any case. Default: none. */
  readonly splitColumn?: string;
  /** A label of the Encoding Standard such as `windows-1252`, `utf-16le`, `gb18030`; default `utf-8`. */
  readonly encoding?: string;
  /** One character between the fields of a CSV file; default: comma, semicolon or tab, whichever is most frequent in the header. */
  readonly delimiter?: string;
  /** Read only that many rows; a whole number from 1. */
  readonly limit?: number;
  /** Allow image paths outside the folder of the file; default false. */
  readonly allowOutside?: boolean;
}
