import type { CsvError } from 'csv-parse';

/**
 * Counts physical lines. csv-parse's own count takes a carriage return and its newline inside quotes, and those of a blank
 * line, for two; in its raw records only the first character of the delimiter at the end is left.
 */
export class RecordLocation {
  private next = 1; // line on which the next record or the blank lines before it begin

  /** Moves past a record and gives the line on which it begins. */
  pass(raw: string): number {
    const blankLines = countBlankLines(raw);
    const line = this.next + blankLines;
    this.next = line + (raw.slice(blankLines).match(/\r\n|\n|\r/g)?.length ?? 0);
    return line;
  }

  /** Where the record begins in which an error was found. */
  lineOf({ raw }: CsvError): number {
    return this.next + (typeof raw === 'string' ? countBlankLines(raw) : 0);
  }
}

function countBlankLines(raw: string): number {
  return /^[\r\n]*/.exec(raw)?.[0].length ?? 0;
}
