/** Words that other data sets use for the same thing. */
const synonyms: Readonly<Record<string, readonly string[]>> = {
  text: ['review', 'review_text', 'content', 'sentence', 'caption', 'comment', 'tweet', 'body', 'description'],
  image_path: ['image', 'img', 'image_file', 'filename', 'file_name', 'path', 'photo', 'picture'],
  label: ['sentiment', 'class', 'category', 'target', 'rating', 'labels'],
  split: ['set', 'subset', 'fold', 'partition'],
};
/** Share of letters that may be wrong. */
const MISSPELLED = 0.4;

/**
 * The column that was probably meant: spelled alike but for case and signs, a usual synonym, or a misspelling.
 *
 * @param name - the column that was asked for
 * @param found - the columns there are
 */
export function nearestColumn(name: string, found: readonly string[]): string | undefined {
  const wanted = plain(name);
  const words = (synonyms[name] ?? []).map(plain);
  const near = found
    .filter((column) => plain(column) !== '' && column.length <= 80)
    .map((column) => ({ column, distance: editDistance(plain(column), wanted) }))
    .sort((a, b) => a.distance - b.distance)[0];
  return (
    found.find((column) => plain(column) === wanted) ??
    found.find((column) => words.includes(plain(column))) ??
    (near && near.distance <= MISSPELLED * wanted.length ? near.column : undefined)
  );
}

function plain(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}

/** Levenshtein's distance: letters to add, drop or change. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min(change, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
