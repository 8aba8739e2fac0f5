import { assertSameLength } from './checkInputs.js';

/** One row of class probabilities per sample. */
export type Probabilities = ArrayLike<ArrayLike<number>>;

/** As far as float32 softmax outputs stray from 1. */
const SUM_TOLERANCE = 1e-3;

/**
 * Checks rows of probabilities.
 *
 * @throws `RangeError` for a wrong number of rows or columns, a value outside `[0, 1]` (logits, `NaN`), or a row that
 * does not sum to 1
 */
export function checkProbabilities(probabilities: Probabilities, rows: number, columns: number, where: string): void {
  assertSameLength(probabilities, rows, `${where}: probabilities`);
  for (let i = 0; i < rows; i++) {
    const row = probabilities[i] ?? [];
    if (row.length !== columns) {
      throw new RangeError(`${where}: probabilities must have ${columns} columns, got ${row.length} in row ${i}.`);
    }
    let sum = 0;
    for (let j = 0; j < columns; j++) {
      const value = row[j] ?? NaN;
      if (!(value >= 0 && value <= 1)) {
        throw new RangeError(
          `${where}: probabilities must lie in [0, 1], got ${value} in row ${i}. Apply softmax to logits first.`,
        );
      }
      sum += value;
    }
    if (Math.abs(sum - 1) > SUM_TOLERANCE) {
      throw new RangeError(`${where}: each row of probabilities must sum to 1, got ${sum} in row ${i}.`);
    }
  }
}
