/**
 * Picks entries by index, with repetition: what a bootstrap statistic needs.
 *
 * @throws `RangeError` for an index outside the values
 *
 * @example
 * selectRows(['a', 'b', 'c'], [2, 0, 2]); // ['c', 'a', 'c']
 */
export function selectRows<T>(values: ArrayLike<T>, indices: ArrayLike<number>): T[] {
  return Array.from(indices, (index) => {
    if (!(index in values)) {
      throw new RangeError(`selectRows: indices must lie in [0, ${values.length}), got ${index}.`);
    }
    return values[index] as T; // present: checked above
  });
}
