import { DatasetError } from '../errors/DatasetError.js';
import { readCsvRecords, type CsvRecord } from './readCsvRecords.js';
import type { Row } from './Row.js';

/**
 * Streams the rows of a CSV file with a header, as {@link readCsvRecords} reads it.
 *
 * @param delimiter - one character; found in the header when undefined
 * @throws {@link DatasetError} with the line for broken quotes, bad bytes or a repeated column
 */
export async function* readCsv(path: string, encoding: string, delimiter: string | undefined): AsyncGenerator<Row> {
  let columns: readonly string[] | undefined;
  for await (const record of readCsvRecords(path, encoding, delimiter)) {
    if (!columns) columns = csvColumns(path, record);
    else if (!isBlankRecord(record)) yield toRow(columns, record);
  }
}

/** The columns that a header names, in its order. */
export function csvColumns(path: string, header: CsvRecord): readonly string[] {
  const columns = header.fields.map((name) => name.trim());
  const seen = new Set<string>();
  const twice = columns.find((name) => name !== '' && seen.size === seen.add(name).size);
  if (twice === undefined) return columns;
  throw DatasetError.in(path, `column ${JSON.stringify(twice.slice(0, 80))} occurs twice in the header. Rename one.`);
}

/** A line of spaces. */
function isBlankRecord({ fields: [first, ...rest] }: CsvRecord): boolean {
  return rest.length === 0 && first?.trim() === '';
}

function toRow(columns: readonly string[], { fields: values, line }: CsvRecord): Row {
  const fields = new Map(columns.map((column, index) => [column, values[index] ?? '']));
  if (values.length === columns.length) return { line, fields };
  const detail = `${values.length} instead of ${columns.length}`;
  return { line, fields, problem: { reason: 'wrong number of fields', detail } };
}
