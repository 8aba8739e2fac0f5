import { type ClassCounts } from './ClassCounts.js';

/** A matrix of few classes, the last of which may stand for many. */
export interface FoldedCounts extends ClassCounts {
  /** Number of classes that the last one stands for; 0 when it stands for itself. */
  readonly folded: number;
}

/**
 * Keeps the classes most often taken for one another and folds the others into one, so that `maxClasses` remain and every
 * sample is still counted. On the diagonal, the folded class holds confusions too.
 */
export function foldClasses(matrix: ClassCounts, maxClasses: number): FoldedCounts {
  const { classes, counts } = matrix;
  if (classes.length <= maxClasses) return { ...matrix, folded: 0 };
  const kept = [...mostConfused(counts, maxClasses - 1)].sort((a, b) => a - b);
  const folded = classes.length - kept.length;
  const target = new Array<number>(classes.length).fill(kept.length);
  kept.forEach((index, place) => (target[index] = place));
  const sums = Array.from({ length: maxClasses }, () => new Array<number>(maxClasses).fill(0));
  counts.forEach((row, truth) => {
    const into = sums[target[truth] ?? 0] ?? [];
    row.forEach((count, prediction) => {
      const column = target[prediction] ?? 0;
      into[column] = (into[column] ?? 0) + count;
    });
  });
  return { classes: [...kept.map((index) => classes[index] ?? ''), `${folded} others`], counts: sums, folded };
}

/** The classes of the largest confusions, pair by pair; then the largest classes. */
function mostConfused(counts: readonly (readonly number[])[], size: number): ReadonlySet<number> {
  const pairs = counts.flatMap((row, truth) =>
    row.flatMap((count, prediction) => (count > 0 && truth !== prediction ? [{ truth, prediction, count }] : [])),
  );
  pairs.sort((a, b) => b.count - a.count || a.truth - b.truth || a.prediction - b.prediction);
  const kept = new Set<number>();
  for (const { truth, prediction } of pairs) {
    const added = [truth, prediction].filter((index) => !kept.has(index));
    if (kept.size + added.length > size) break;
    added.forEach((index) => kept.add(index));
  }
  const total = (index: number): number => (counts[index] ?? []).reduce((a, b) => a + b, 0);
  const largest = counts.map((_, index) => index).sort((a, b) => total(b) - total(a) || a - b);
  for (const index of largest) if (kept.size < size) kept.add(index);
  return kept;
}
