import { basename, dirname, extname, join, resolve } from 'node:path';
import { checkColumns } from '../reading/checkColumns.js';
import { readCsv } from '../reading/readCsv.js';
import { DatasetError } from '../errors/DatasetError.js';
import type { FetchImagesOptions } from './FetchImagesOptions.js';
import { readImageCell, type ImageAddress } from './imageAddress.js';

/** What an image column holds, and where things will lie. */
export interface ImageSurvey {
  readonly column: string;
  /** Distinct addresses in the order of the file. */
  readonly addresses: readonly SurveyedAddress[];
  readonly rows: RowCounts;
  readonly places: FetchPlaces;
}

/** An address, and how much depends on it. */
export interface SurveyedAddress extends ImageAddress {
  /** Rows that name it. */
  readonly rows: number;
  /** Line of the first of them, from 1. */
  readonly line: number;
}

/** Every row of the file once: `read` is the sum of the others. */
export interface RowCounts {
  readonly read: number;
  /** With an address in the image column. */
  readonly withAddress: number;
  /** With a path there, which is kept. */
  readonly withPath: number;
  /** With an empty image column. */
  readonly withoutImage: number;
  /** With too many or too few fields: copied as they are. */
  readonly malformed: number;
}

/** Where {@link fetchImages} writes. */
export interface FetchPlaces {
  /** The new CSV file, `NAME-local.csv`. */
  readonly csvPath: string;
  /** The images and their journal, `NAME-images`. */
  readonly folder: string;
  /** How each address ended, `NAME-images/journal.jsonl`. */
  readonly journalPath: string;
}

/** Reads a CSV file and collects the addresses of its images. */
export async function surveyImages(csv: string, options: FetchImagesOptions): Promise<ImageSurvey> {
  const { column = 'image_path', encoding = 'utf-8', delimiter } = options;
  if (/\.(jsonl|ndjson)$/i.test(csv))
    throw DatasetError.in(csv, 'expected a CSV file, got JSON Lines. Export it as CSV.');
  const counts = { read: 0, withAddress: 0, withPath: 0, withoutImage: 0, malformed: 0 };
  const addresses = new Map<string, ImageAddress & { rows: number; line: number }>();
  for await (const { fields, line, problem } of readCsv(csv, encoding, delimiter)) {
    if (counts.read === 0) checkColumns(csv, { column }, [...fields.keys()]);
    counts.read += 1;
    const field = fields.get(column);
    const cell = readImageCell(typeof field === 'string' ? field : '');
    if (problem) counts.malformed += 1;
    else if (cell.kind === 'empty') counts.withoutImage += 1;
    else if (cell.kind === 'path') counts.withPath += 1;
    else {
      counts.withAddress += 1;
      const known = addresses.get(cell.key);
      if (known) known.rows += 1;
      else addresses.set(cell.key, { key: cell.key, url: cell.url, shown: cell.shown, rows: 1, line });
    }
  }
  if (counts.read === 0) throw DatasetError.in(csv, 'expected rows, found none.');
  return { column, addresses: [...addresses.values()], rows: counts, places: placesOf(csv, options.out) };
}

function placesOf(csv: string, out = dirname(csv)): FetchPlaces {
  const extension = extname(csv);
  const name = basename(csv, extension);
  const folder = resolve(out, `${name}-images`);
  return { csvPath: resolve(out, `${name}-local${extension}`), folder, journalPath: join(folder, 'journal.jsonl') };
}
