/** A label as messages show it: quoted, cut to 80 characters; nothing where it is unknown. */
export function quoteLabel(label: string | null): string {
  return JSON.stringify((label ?? '').slice(0, 80));
}
