import { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { DatasetError } from '../errors/DatasetError.js';
import { readText } from './readText.js';
import { RecordLocation } from './RecordLocation.js';
import type { Row } from './Row.js';

/** A record longer than this is an unclosed quote. */
const MAX_RECORD_CHARACTERS = 16 * 2 ** 20;
const DELIMITERS = [',', ';', '\t'] as const;

/** A record and its text, with the blank lines before it. */
interface RawRecord {
  readonly record: readonly string[];
  readonly raw: string;
}

/** A record and the line on which it begins. */
interface LocatedRecord {
  readonly record: readonly string[];
  readonly line: number;
}

/**
 * Streams the rows of a CSV file with a header: RFC 4180, with any line ending, quotes, newlines in fields and blank lines.
 *
 * @param delimiter - one character; the one of `,` `;` and tab that is most frequent in the header when undefined
 * @throws {@link DatasetError} with the line for broken quotes, bad bytes or a repeated column
 */
export async function* readCsv(path: string, encoding: string, delimiter: string | undefined): AsyncGenerator<Row> {
  checkDelimiter(delimiter);
  const text = readText(path, encoding);
  const start = await readHeaderLine(text);
  if (start.trim() === '') throw DatasetError.in(path, 'expected a header and rows, the file is empty.');
  const source = Readable.from(prepend(start, text));
  const location = new RecordLocation();
  const parser = parse({
    delimiter: delimiter ?? detectDelimiter(start),
    raw: true,
    relax_column_count: true,
    record_delimiter: ['\r\n', '\n', '\r'],
    skip_empty_lines: true,
    max_record_size: MAX_RECORD_CHARACTERS,
    // Called while parsing: when an error follows, records that wait to be read are lost, and their lines with them.
    on_record: (parsed) => {
      // csv-parse's types know records as lists only; with `raw` they are objects, and any value may take their place.
      const { record, raw } = parsed as unknown as RawRecord;
      return { record, line: location.pass(raw) } satisfies LocatedRecord as unknown as string[];
    },
  });
  source.on('error', (error) => parser.destroy(error)).pipe(parser);
  let columns: readonly string[] | undefined;
  try {
    for await (const { record, line } of parser as AsyncIterable<LocatedRecord>) {
      if (!columns) columns = checkHeader(path, record);
      else if (!isBlank(record)) yield toRow(columns, record, line);
    }
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    throw DatasetError.in(path, describe(cause), { line: location.lineOf(cause), cause });
  } finally {
    source.destroy(); // closes the file when the reader stops early
  }
}

function checkDelimiter(delimiter: string | undefined): void {
  if (delimiter === undefined || /^[^"\r\n]$/u.test(delimiter)) return;
  throw new RangeError(
    `loadSamples: delimiter must be one character and no quote or line end, got ${JSON.stringify(delimiter.slice(0, 80))}.`,
  );
}

/** Reads on until the first line is whole. */
async function readHeaderLine(text: AsyncGenerator<string>): Promise<string> {
  let start = '';
  while (!/[\r\n]/.test(start.trimStart()) && start.length < MAX_RECORD_CHARACTERS) {
    const next = await text.next();
    if (next.done === true) break;
    start += next.value;
  }
  return start;
}

async function* prepend(start: string, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  yield start;
  yield* rest;
}

/** The candidate that occurs most often in the header, outside quotes. */
function detectDelimiter(start: string): string {
  const header = (/^[^\r\n]*/.exec(start.trimStart())?.[0] ?? '').replace(/"[^"]*"/g, '');
  const counts = DELIMITERS.map((candidate) => header.split(candidate).length);
  return DELIMITERS[counts.indexOf(Math.max(...counts))] ?? ',';
}

function checkHeader(path: string, header: readonly string[]): readonly string[] {
  const columns = header.map((name) => name.trim());
  const seen = new Set<string>();
  const twice = columns.find((name) => name !== '' && seen.size === seen.add(name).size);
  if (twice === undefined) return columns;
  throw DatasetError.in(path, `column ${JSON.stringify(twice.slice(0, 80))} occurs twice in the header. Rename one.`);
}

/** A line of spaces. */
function isBlank([first, ...rest]: readonly string[]): boolean {
  return rest.length === 0 && first?.trim() === '';
}

function toRow(columns: readonly string[], record: readonly string[], line: number): Row {
  const fields = new Map(columns.map((column, index) => [column, record[index] ?? '']));
  if (record.length === columns.length) return { line, fields };
  const detail = `${record.length} instead of ${columns.length}`;
  return { line, fields, problem: { reason: 'wrong number of fields', detail } };
}

/** Without the file's content, which csv-parse quotes. */
function describe({ code }: CsvError): string {
  switch (code) {
    case 'CSV_QUOTE_NOT_CLOSED':
      return 'a quote is opened and never closed.';
    case 'CSV_MAX_RECORD_SIZE':
      return `a row is longer than ${MAX_RECORD_CHARACTERS} characters. Is a quote never closed?`;
    case 'CSV_INVALID_CLOSING_QUOTE':
    case 'INVALID_OPENING_QUOTE':
      return 'a quote stands inside a field. Quote the whole field and double the quotes in it.';
    default:
      return `not CSV (${code}).`;
  }
}
