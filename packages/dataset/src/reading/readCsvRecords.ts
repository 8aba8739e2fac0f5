import { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { DatasetError } from '../errors/DatasetError.js';
import { readText } from './readText.js';
import { RecordLocation } from './RecordLocation.js';

/** A record longer than this is an unclosed quote. */
const MAX_RECORD_CHARACTERS = 16 * 2 ** 20;
const DELIMITERS = [',', ';', '\t'] as const;

/** One record of a CSV file; the first is the header. */
export interface CsvRecord {
  readonly fields: readonly string[];
  /** Line on which it begins, from 1. */
  readonly line: number;
  /** Where it ends, with its line end, in the UTF-8 bytes of the text without a byte order mark. Blank lines belong to the record after them. */
  readonly end: number;
  /** The character between its fields. */
  readonly delimiter: string;
}

/** A record and its text, with the blank lines before it. */
interface RawRecord {
  readonly record: readonly string[];
  readonly raw: string;
}

/**
 * Streams the records of a CSV file: RFC 4180, with any line ending, quotes, newlines in fields and blank lines.
 *
 * @param delimiter - one character; the one of `,` `;` and tab that is most frequent in the header when undefined
 * @param onText - hears every piece of the text before its records come
 * @throws {@link DatasetError} with the line for broken quotes or bad bytes, or when there is no header
 */
export async function* readCsvRecords(
  path: string,
  encoding: string,
  delimiter: string | undefined,
  onText?: (bytes: Uint8Array) => void,
): AsyncGenerator<CsvRecord> {
  checkDelimiter(delimiter);
  const text = readText(path, encoding);
  const start = await readHeaderLine(text);
  if (start.trim() === '') throw DatasetError.in(path, 'expected a header and rows, the file is empty.');
  const separator = delimiter ?? detectDelimiter(start);
  const source = Readable.from(toBytes(start, text, onText));
  const location = new RecordLocation();
  const parser = parse({
    delimiter: separator,
    raw: true,
    relax_column_count: true,
    record_delimiter: ['\r\n', '\n', '\r'],
    skip_empty_lines: true,
    max_record_size: MAX_RECORD_CHARACTERS,
    // Called while parsing: when an error follows, records that wait to be read are lost, and their lines with them.
    on_record: (parsed, { bytes }) => {
      // csv-parse's types know records as lists only; with `raw` they are objects, and any value may take their place.
      const { record, raw } = parsed as unknown as RawRecord;
      const located: CsvRecord = { fields: record, line: location.pass(raw), end: bytes, delimiter: separator };
      return located as unknown as string[];
    },
  });
  source.on('error', (error) => parser.destroy(error)).pipe(parser);
  try {
    yield* parser as AsyncIterable<CsvRecord>;
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

async function* toBytes(
  start: string,
  rest: AsyncGenerator<string>,
  onText: ((bytes: Uint8Array) => void) | undefined,
): AsyncGenerator<Uint8Array> {
  for (let text: string | undefined = start; text !== undefined;) {
    const bytes = Buffer.from(text);
    onText?.(bytes);
    yield bytes;
    const next = await rest.next();
    text = next.done === true ? undefined : next.value;
  }
}

/** The candidate that occurs most often in the header, outside quotes. */
function detectDelimiter(start: string): string {
  const header = (/^[^\r\n]*/.exec(start.trimStart())?.[0] ?? '').replace(/"[^"]*"/g, '');
  const counts = DELIMITERS.map((candidate) => header.split(candidate).length);
  return DELIMITERS[counts.indexOf(Math.max(...counts))] ?? ',';
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
