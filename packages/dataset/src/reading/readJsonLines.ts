import { DatasetError } from '../errors/DatasetError.js';
import { readText } from './readText.js';
import type { Row, RowProblem } from './Row.js';

/** A line longer than this is not a row. */
const MAX_LINE_CHARACTERS = 16 * 2 ** 20;

/**
 * Streams the rows of a JSON Lines file: one object per line, blank lines are passed over.
 *
 * Numbers and booleans become text, null becomes empty, lists of strings stay lists; of a repeated key the last value
 * counts. Other values are left out, as if the key were missing.
 *
 * @throws {@link DatasetError} with the line for anything that is not an object
 */
export async function* readJsonLines(path: string, encoding: string): AsyncGenerator<Row> {
  let line = 0;
  let begun: string[] = [];
  let begunLength = 0;
  for await (const chunk of readText(path, encoding)) {
    // Only a newline ends a line: U+2028 and a lone carriage return may stand in one.
    const [first = '', ...others] = chunk.split('\n');
    begun.push(first);
    begunLength += first.length;
    for (const next of others) {
      const row = parseLine(path, begun.join(''), ++line);
      if (row) yield row;
      begun = [next];
      begunLength = next.length;
    }
    if (begunLength > MAX_LINE_CHARACTERS) {
      throw DatasetError.in(path, `expected at most ${MAX_LINE_CHARACTERS} characters.`, { line: line + 1 });
    }
  }
  const last = parseLine(path, begun.join(''), line + 1);
  if (last) yield last;
}

function parseLine(path: string, text: string, line: number): Row | undefined {
  if (text.trim() === '') return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw DatasetError.in(path, 'expected a JSON object, got something that is not JSON.', { line, cause });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const found = value === null ? 'null' : Array.isArray(value) ? 'an array' : `a ${typeof value}`;
    throw DatasetError.in(path, `expected a JSON object, got ${found}.`, { line });
  }
  const fields = new Map<string, string | readonly string[]>();
  let problem: RowProblem | undefined;
  for (const [column, field] of Object.entries(value) as [string, unknown][]) {
    if (isInexact(field))
      problem = { reason: 'number out of range', detail: `in ${JSON.stringify(column.slice(0, 80))}` };
    const content = toContent(field);
    if (content !== undefined) fields.set(column, content);
  }
  return { line, fields, ...(problem ? { problem } : {}) };
}

function toContent(field: unknown): string | readonly string[] | undefined {
  if (field === null) return '';
  if (typeof field === 'string') return field;
  if (typeof field === 'number' || typeof field === 'boolean') return String(field);
  if (Array.isArray(field) && field.every((item) => typeof item === 'string')) return field;
  return undefined;
}

/** `1e400` reads as infinity, and long ids lose their last digits. */
function isInexact(field: unknown): boolean {
  return typeof field === 'number' && (!Number.isFinite(field) || Math.abs(field) > Number.MAX_SAFE_INTEGER);
}
