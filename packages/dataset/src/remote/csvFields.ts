/** Where a field of a record stands in its text, quotes included. */
export interface FieldSpan {
  readonly start: number;
  readonly end: number;
}

/**
 * Finds a field in the text of one record that csv-parse has accepted.
 *
 * @param text - blank lines before the record and the line end after it may be there
 * @param index - from 0; there must be such a field
 */
export function findField(text: string, index: number, delimiter: string): FieldSpan {
  let at = /^[\r\n]*/.exec(text)?.[0].length ?? 0;
  for (let field = 0; ; field += 1) {
    const start = at;
    if (text[at] === '"') at = endOfQuotes(text, at);
    while (at < text.length && !text.startsWith(delimiter, at) && text[at] !== '\r' && text[at] !== '\n') at += 1;
    if (field === index || at >= text.length) return { start, end: at };
    at += delimiter.length;
  }
}

/** What a field says, without its quotes. */
export function unquoteField(field: string): string {
  return field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field;
}

/** Writes a field, with quotes where it needs them. */
export function quoteField(value: string, delimiter: string): string {
  const isPlain = !value.includes(delimiter) && !/["\r\n]/.test(value);
  return isPlain ? value : `"${value.replaceAll('"', '""')}"`;
}

/** The place behind the closing quote. */
function endOfQuotes(text: string, opening: number): number {
  let at = opening + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) return text.length;
    if (text[quote + 1] !== '"') return quote + 1;
    at = quote + 2;
  }
}
