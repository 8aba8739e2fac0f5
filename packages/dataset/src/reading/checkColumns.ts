import { DatasetError } from '../errors/DatasetError.js';
import { nearestColumn } from './nearestColumn.js';

const LISTED = 20;

/**
 * Checks that a data file has the columns it is asked for.
 *
 * @param wanted - column by the option that names it, such as `textColumn`
 * @throws {@link DatasetError} that lists what is missing, what is there, and what was probably meant
 */
export function checkColumns(
  path: string,
  wanted: Readonly<Record<string, string | null | undefined>>,
  found: readonly string[],
): void {
  const missing = Object.entries(wanted).flatMap(([option, name]) =>
    typeof name === 'string' && !found.includes(name) ? [{ option, name }] : [],
  );
  if (missing.length === 0) return;
  const hints = missing.map(({ option, name }) => {
    const near = nearestColumn(name, found);
    return `${quote(name)} (${option}${near === undefined ? '' : `; did you mean ${quote(near)}?`})`;
  });
  const more = found.length > LISTED ? ` and ${found.length - LISTED} more` : '';
  throw DatasetError.in(
    path,
    `expected the column${missing.length > 1 ? 's' : ''} ${hints.join(', ')}, ` +
      `found ${found.slice(0, LISTED).map(quote).join(', ')}${more}. Name the columns of your file.`,
  );
}

function quote(name: string): string {
  return JSON.stringify(name.slice(0, 80));
}
