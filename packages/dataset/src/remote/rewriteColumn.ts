import { open } from 'node:fs/promises';
import { DatasetError } from '../errors/DatasetError.js';
import { csvColumns } from '../reading/readCsv.js';
import { readCsvRecords, type CsvRecord } from '../reading/readCsvRecords.js';
import { findField, quoteField, unquoteField } from './csvFields.js';
import { replaceFile } from './replaceFile.js';

const WRITTEN_AT_ONCE = 2 ** 16;

/** A column of a CSV file, and what becomes of it. */
export interface ColumnRewrite {
  readonly column: string;
  readonly encoding: string;
  readonly delimiter: string | undefined;
  /** The new content of a field; the same text leaves the row as it is. */
  readonly replace: (field: string) => string;
}

/**
 * Copies a CSV file and changes one column. Everything else keeps its bytes: quotes, line ends, blank lines, byte order mark.
 * A file in another encoding becomes UTF-8.
 *
 * @param source - read twice by then: it must not have changed
 * @param target - replaced when all is written
 */
export async function rewriteColumn(source: string, target: string, rewrite: ColumnRewrite): Promise<void> {
  const { column, encoding, delimiter, replace } = rewrite;
  const text = new PassedText();
  await replaceFile(target, async (file) => {
    let pieces: Uint8Array[] = (await hasByteOrderMark(source, encoding)) ? [Buffer.from('\ufeff')] : [];
    let waiting = 0;
    const write = async (piece: Uint8Array, atLeast: number): Promise<void> => {
      pieces.push(piece);
      waiting += piece.length;
      if (waiting < atLeast) return;
      await file.writeFile(Buffer.concat(pieces));
      pieces = [];
      waiting = 0;
    };
    let columns: readonly string[] | undefined;
    for await (const record of readCsvRecords(source, encoding, delimiter, (bytes) => text.add(bytes))) {
      const bytes = text.take(record.end);
      const isRow = columns?.length === record.fields.length;
      const index = columns?.indexOf(column) ?? -1;
      columns ??= csvColumns(source, record);
      await write(isRow ? changeField(source, bytes, record, index, replace) : bytes, WRITTEN_AT_ONCE);
    }
    await write(text.rest(), 0);
  });
}

function changeField(
  path: string,
  bytes: Uint8Array,
  { fields, delimiter, line }: CsvRecord,
  index: number,
  replace: (field: string) => string,
): Uint8Array {
  const before = fields[index];
  const after = before === undefined ? undefined : replace(before);
  if (before === undefined || after === undefined || after === before) return bytes;
  const text = Buffer.from(bytes).toString();
  const { start, end } = findField(text, index, delimiter);
  if (unquoteField(text.slice(start, end)) !== before) {
    throw DatasetError.in(path, 'the field to change is not where it was read.', { line });
  }
  return Buffer.from(text.slice(0, start) + quoteField(after, delimiter) + text.slice(end));
}

/** Decoding drops it. */
async function hasByteOrderMark(path: string, encoding: string): Promise<boolean> {
  if (new TextDecoder(encoding).encoding !== 'utf-8') return false;
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(3), 0, 3, 0);
    return bytesRead === 3 && buffer.equals(Buffer.from('\ufeff'));
  } finally {
    await file.close();
  }
}

/** The text that was given to the parser and has not become a record yet. */
class PassedText {
  #held = Buffer.alloc(0);
  #start = 0;

  add(bytes: Uint8Array): void {
    this.#held = Buffer.concat([this.#held, bytes]);
  }

  /** The text up to a place, counted from the beginning of the file. */
  take(end: number): Uint8Array {
    const taken = this.#held.subarray(0, end - this.#start);
    this.#held = this.#held.subarray(taken.length);
    this.#start = end;
    return taken;
  }

  rest(): Uint8Array {
    return this.#held;
  }
}
