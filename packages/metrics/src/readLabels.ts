/** A class: a whole number or a string, never both in one call. */
export type Label = number | string;

/** One label per sample: whole numbers (plain or typed array) or strings. */
export type Labels = readonly string[] | ArrayLike<number>;

/**
 * Copies labels into a plain array, checked.
 *
 * @param where - what is being read, for messages: `'accuracy: labels'`
 * @throws `TypeError` for anything but numbers and strings, or a mixture; `RangeError` for `NaN` and fractions
 */
export function readLabels(labels: Labels, where: string): Label[] {
  const read: Label[] = [];
  for (let i = 0; i < labels.length; i++) {
    const label: unknown = labels[i];
    if (typeof label !== 'number' && typeof label !== 'string') {
      throw new TypeError(`${where} must be whole numbers or strings, got ${typeof label} at index ${i}.`);
    }
    if (read.length > 0 && typeof label !== typeof read[0]) {
      throw new TypeError(`${where} must be all numbers or all strings, got both (first at index ${i}).`);
    }
    if (typeof label === 'number' && !Number.isSafeInteger(label)) {
      throw new RangeError(`${where} must be whole numbers, got ${label} at index ${i}.`);
    }
    read.push(label);
  }
  return read;
}

/** Distinct labels in ascending order: numbers by value, strings by code point, as scikit-learn sorts them. */
export function sortedClasses(...labels: readonly (readonly Label[])[]): Label[] {
  return [...new Set(labels.flat())].sort(compareLabels);
}

function compareLabels(a: Label, b: Label): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return compareCodePoints(String(a), String(b));
}

/** JavaScript's own order is by UTF-16 unit, which puts emoji before some letters. */
function compareCodePoints(a: string, b: string): number {
  const left = Array.from(a, (character) => character.codePointAt(0) ?? 0);
  const right = Array.from(b, (character) => character.codePointAt(0) ?? 0);
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}
