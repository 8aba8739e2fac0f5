import { type ClassCounts } from './confusionMatrixChart.js';

/**
 * Keeps the classes most often confused and folds the others into one, so that `maxClasses` remain and every sample is
 * still counted. Confusions among the folded classes lie on the folded diagonal, where its name says so.
 */
export function foldClasses(matrix: ClassCounts, maxClasses: number): ClassCounts {
  const { classes, counts } = matrix;
  if (classes.length <= maxClasses) return matrix;
  const errors = new Array<number>(classes.length).fill(0);
  counts.forEach((row, truth) => {
    row.forEach((count, prediction) => {
      if (truth === prediction) return;
      errors[truth] = (errors[truth] ?? 0) + count;
      errors[prediction] = (errors[prediction] ?? 0) + count;
    });
  });
  const worst = classes
    .map((_, index) => index)
    .sort((a, b) => (errors[b] ?? 0) - (errors[a] ?? 0) || a - b)
    .slice(0, maxClasses - 1)
    .sort((a, b) => a - b);
  const target = new Array<number>(classes.length).fill(worst.length);
  worst.forEach((index, place) => (target[index] = place));
  const folded = Array.from({ length: maxClasses }, () => new Array<number>(maxClasses).fill(0));
  counts.forEach((row, truth) => {
    const into = folded[target[truth] ?? 0] ?? [];
    row.forEach((count, prediction) => {
      const column = target[prediction] ?? 0;
      into[column] = (into[column] ?? 0) + count;
    });
  });
  const rest = `${classes.length - worst.length} others`;
  return { classes: [...worst.map((index) => classes[index] ?? ''), rest], counts: folded };
}
