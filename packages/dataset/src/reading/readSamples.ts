import { dirname, extname, resolve } from 'node:path';
import { DatasetError } from '../errors/DatasetError.js';
import { checkColumns } from './checkColumns.js';
import { findLinksOut } from './findLinksOut.js';
import type { LoadOptions } from './LoadOptions.js';
import { readCsv } from './readCsv.js';
import { readJsonLines } from './readJsonLines.js';
import type { Row } from './Row.js';
import type { RowReport, SkippedRow } from './RowReport.js';
import type { Sample } from './Sample.js';
import { rowId, toSample, type SampleColumns } from './toSample.js';

/** Column names kept for the message about a missing one. */
const REMEMBERED_COLUMNS = 1000;
const LINK_LEADS_OUT = 'image link leads out of the folder';

/** What was read, repeated ids included. */
export interface ReadSamples {
  readonly samples: readonly Sample[];
  readonly report: RowReport;
  /** Samples whose id an earlier one had, with that one's line. */
  readonly repeated: readonly { readonly sample: Sample; readonly before: number }[];
}

/** Reads a data file row by row, as `loadSamples` documents it, and leaves it to the caller what to do about repeated ids. */
export async function readSamples(path: string, options: LoadOptions): Promise<ReadSamples> {
  const format = options.format ?? (/^\.(jsonl|ndjson)$/i.test(extname(path)) ? 'jsonl' : 'csv');
  const { encoding = 'utf-8', limit = Infinity, allowOutside = false } = options;
  refuseBinary(path);
  checkLimit(limit);
  const columns = columnsOf(options);
  const root = dirname(resolve(path));
  const columnsSeen = new Set<string>();
  const samples: Sample[] = [];
  const skipped: SkippedRow[] = [];
  const lines = new Map<string, number>();
  const repeated: { sample: Sample; before: number }[] = [];
  let rowsRead = 0;
  const rows = format === 'jsonl' ? readJsonLines(path, encoding) : readCsv(path, encoding, options.delimiter);
  for await (const row of rows) {
    rememberColumns(row, columnsSeen);
    if (rowsRead === 0 && format === 'csv') checkColumns(path, wantedColumns(columns), [...columnsSeen]);
    rowsRead++;
    const sample = toSample(row, columns, root, allowOutside);
    if ('reason' in sample) {
      skipped.push({ id: rowId(row, columns.id), line: row.line, ...sample });
    } else {
      const before = lines.get(sample.id);
      if (before === undefined) lines.set(sample.id, sample.line);
      else repeated.push({ sample, before });
      samples.push(sample);
    }
    if (rowsRead >= limit) break;
  }
  if (rowsRead === 0) throw DatasetError.in(path, 'expected rows, found none.');
  if (format === 'jsonl') checkColumns(path, wantedColumns(columns), [...columnsSeen]);

  const outside = allowOutside ? new Set<Sample>() : await findLinksOut(samples, root);
  for (const { id, line } of outside) skipped.push({ id, line, reason: LINK_LEADS_OUT });
  skipped.sort((a, b) => a.line - b.line);
  const used = samples.filter((sample) => !outside.has(sample));
  return { samples: used, report: { rowsRead, skipped, skippedByReason: countReasons(skipped) }, repeated };
}

function columnsOf(options: LoadOptions): SampleColumns {
  return {
    text: options.textColumn ?? 'text',
    image: options.imageColumn === undefined ? 'image_path' : options.imageColumn,
    label: options.labelColumn === undefined ? 'label' : options.labelColumn,
    id: options.idColumn,
    split: options.splitColumn,
  };
}

function wantedColumns({ text, image, label, id, split }: SampleColumns): Parameters<typeof checkColumns>[1] {
  return { textColumn: text, imageColumn: image, labelColumn: label, idColumn: id, splitColumn: split };
}

/** In JSON Lines a column may appear in a later row. */
function rememberColumns({ fields }: Row, seen: Set<string>): void {
  for (const column of fields.keys()) if (seen.size < REMEMBERED_COLUMNS) seen.add(column);
}

function countReasons(skipped: readonly SkippedRow[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { reason } of skipped) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
}

function checkLimit(limit: number): void {
  if (limit === Infinity || (Number.isInteger(limit) && limit >= 1)) return;
  throw new RangeError(`loadSamples: limit must be a whole number from 1, got ${limit}.`);
}

/** Pickles run code when they are opened; array files hold no texts. */
function refuseBinary(path: string): void {
  const extension = /\.(pkl|pickle|npy|npz|pt|pth|parquet|arrow|xlsx?|zip|gz)$/i.exec(path)?.[0];
  if (extension === undefined) return;
  throw DatasetError.in(path, `expected CSV or JSON Lines, got a ${extension} file. Export it as CSV.`);
}
