/**
 * An absolute path without its folders, which a report that is sent around would give away; any other text as it is.
 *
 * Told by its form, not by the machine: a run folder may have been written elsewhere.
 */
export function shortPath(text: string): string {
  if (!/^(\/|[A-Za-z]:[\\/]|\\\\)/.test(text)) return text;
  const name = text.split(/[\\/]/).findLast((part) => part !== '');
  return name === undefined ? text : `…/${name}`;
}
