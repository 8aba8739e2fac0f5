const LISTED = 10;

/** Up to ten names, and how many more there are. */
export function listFirst(names: readonly string[]): string {
  const more = names.length > LISTED ? ` and ${names.length - LISTED} more` : '';
  return `${names.slice(0, LISTED).join(', ')}${more}`;
}
