import { mkdir } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { DatasetError } from '../errors/DatasetError.js';
import { composeFetchReport } from './composeFetchReport.js';
import { fetchAddresses } from './fetchAddresses.js';
import type { FetchImagesOptions } from './FetchImagesOptions.js';
import { FetchJournal } from './FetchJournal.js';
import type { FetchRecord } from './FetchRecord.js';
import type { FetchReport } from './FetchReport.js';
import { fetchSettings } from './fetchSettings.js';
import { readImageCell } from './imageAddress.js';
import { openAddresses } from './planImageFetch.js';
import { removeOrphans, writeFailure } from './replaceFile.js';
import { rewriteColumn } from './rewriteColumn.js';
import { surveyImages, type FetchPlaces } from './surveyImages.js';

/**
 * Downloads the images whose addresses a CSV file holds, and writes a copy of the file that names the local ones.
 *
 * Each distinct address is asked once. Images lie in `NAME-images` under names that their content gives, beside a journal of how each
 * address ended; `NAME-local.csv` is the old file with another image column: a path where the image is there, nothing
 * where it is not, and paths as they were. All other bytes stay. Stopped or killed, a run is gone on with by the same call:
 * only what is missing is asked again, without what failed for good.
 *
 * A host sees few requests at once, is left alone when it answers 429 or 503, and is given up when it is gone. Only http and
 * https are spoken, at most 5 redirects are followed, and addresses in private networks are refused when a connection is made.
 * An image is told by its bytes. `robots.txt` is not read.
 *
 * @param csv - CSV file with a header
 * @param options - the column, limits, and what is allowed
 * @returns an account of every row and every address; failures are in it, they do not throw
 * @throws {@link DatasetError} as `loadSamples`, and when a folder or file cannot be written
 * @throws `RangeError` for an option out of range
 *
 * @example
 * const { csvPath, failures } = await fetchImages('posts.csv', { column: 'image_url' });
 */
export async function fetchImages(csv: string, options: FetchImagesOptions = {}): Promise<FetchReport> {
  const settings = fetchSettings(options);
  const signal = options.signal ?? new AbortController().signal;
  const survey = await surveyImages(csv, options);
  const { folder, journalPath, csvPath } = survey.places;
  await makeFolder(folder);
  await removeOrphans(folder, settings.transport.now());
  const { known: records, byHost } = await openAddresses(survey, options.retryFailed ?? false);
  const total = survey.addresses.length - records.size;
  const fetched = new Set<string>();
  let failed = 0;
  const onRecord = (record: FetchRecord): void => {
    records.set(record.key, record);
    if (record.status === 'fetched') fetched.add(record.key);
    else failed += 1;
    options.onProgress?.({ done: fetched.size + failed, total, failed });
  };
  const journal = await FetchJournal.open(journalPath);
  try {
    await fetchAddresses(byHost, { folder, journal, onRecord }, settings, signal);
  } finally {
    await journal.close();
  }
  const stopped = records.size < survey.addresses.length;
  if (!stopped) {
    const { encoding = 'utf-8', delimiter } = options;
    const replace = (field: string): string => localName(csv, field, survey.places, records);
    await rewriteColumn(csv, csvPath, { column: survey.column, encoding, delimiter, replace });
  }
  return composeFetchReport(survey, records, fetched, stopped);
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (cause) {
    throw writeFailure(folder, cause);
  }
}

/** What stands in the image column of the new file. */
function localName(
  csv: string,
  field: string,
  { csvPath, folder }: FetchPlaces,
  records: ReadonlyMap<string, FetchRecord>,
): string {
  const home = dirname(csvPath);
  const cell = readImageCell(field);
  if (cell.kind === 'empty') return field;
  if (cell.kind === 'path') {
    const from = dirname(resolve(csv));
    return from === home ? field : slashes(relative(home, resolve(from, cell.path)));
  }
  const record = records.get(cell.key);
  if (!record) throw DatasetError.in(csv, 'must not change while its images are fetched. Run it again.');
  return record.status === 'fetched' ? slashes(relative(home, join(folder, record.file))) : '';
}

/** The file may be read on another system. */
function slashes(path: string): string {
  return path.split(sep).join('/');
}
