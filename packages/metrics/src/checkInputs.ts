import { type Label, type Labels, readLabels } from './readLabels.js';

/** Labels and predictions of the same samples, checked. */
export interface CheckedLabels {
  readonly labels: readonly Label[];
  readonly predictions: readonly Label[];
}

/**
 * Checks labels against predictions at the public edge.
 *
 * @throws `RangeError` when empty or of different length, `TypeError` when one holds numbers and the other strings
 */
export function checkLabels(labels: Labels, predictions: Labels, where: string): CheckedLabels {
  assertNotEmpty(labels, where);
  assertSameLength(predictions, labels.length, `${where}: predictions`);
  const read = {
    labels: readLabels(labels, `${where}: labels`),
    predictions: readLabels(predictions, `${where}: predictions`),
  };
  assertSameKind(read.predictions, read.labels, `${where}: predictions`);
  return read;
}

/** @throws `RangeError` when there is no sample: a metric of nothing is undefined */
export function assertNotEmpty(labels: ArrayLike<unknown>, where: string): void {
  if (labels.length === 0) throw new RangeError(`${where}: labels must hold at least one sample, got none.`);
}

/** @throws `RangeError` when `values` has not one entry per sample */
export function assertSameLength(values: ArrayLike<unknown>, expected: number, where: string): void {
  if (values.length !== expected) {
    throw new RangeError(`${where} must have one entry per label (${expected}), got ${values.length}.`);
  }
}

/** @throws `TypeError` when one holds numbers and the other strings */
function assertSameKind(values: readonly Label[], labels: readonly Label[], where: string): void {
  const [expected, received] = [typeof labels[0], typeof values[0]];
  if (values.length > 0 && labels.length > 0 && expected !== received) {
    throw new TypeError(`${where} must be ${expected}s as the labels are, got ${received}s.`);
  }
}

/**
 * Checks the classes a caller names.
 *
 * @throws `RangeError` when there are none or one is named twice, `TypeError` when they are not what the labels are
 */
export function checkClasses(classes: Labels, labels: readonly Label[], where: string): readonly Label[] {
  const read = readLabels(classes, `${where}: classes`);
  if (read.length === 0) throw new RangeError(`${where}: classes must name at least one class, got none.`);
  assertSameKind(read, labels, `${where}: classes`);
  const twice = read.find((label, index) => read.indexOf(label) !== index);
  if (twice !== undefined) {
    throw new RangeError(`${where}: classes must be distinct, got ${describeLabel(twice)} twice.`);
  }
  return read;
}

/**
 * Checks sample weights; without any, every sample counts 1.
 *
 * @throws `RangeError` for a negative, infinite or `NaN` weight, for a wrong length, and when all are 0
 */
export function checkWeights(weights: ArrayLike<number> | undefined, size: number, where: string): ArrayLike<number> {
  if (weights === undefined) return new Float64Array(size).fill(1);
  assertSameLength(weights, size, `${where}: sampleWeights`);
  let total = 0;
  for (let i = 0; i < size; i++) {
    const weight = weights[i] ?? NaN;
    if (!(weight >= 0 && weight < Infinity)) {
      throw new RangeError(`${where}: sampleWeights must be finite and at least 0, got ${weight} at index ${i}.`);
    }
    total += weight;
  }
  if (total === 0) throw new RangeError(`${where}: sampleWeights must not all be 0.`);
  return weights;
}

/** @throws `RangeError` for anything but 0, 1 and `NaN` */
export function checkZeroDivision(zeroDivision: number, where: string): number {
  if (zeroDivision !== 0 && zeroDivision !== 1 && !Number.isNaN(zeroDivision)) {
    throw new RangeError(`${where}: zeroDivision must be 0, 1 or NaN, got ${zeroDivision}.`);
  }
  return zeroDivision;
}

/** A label for messages: cut to 80 characters, control characters taken out. */
export function describeLabel(label: Label): string {
  return typeof label === 'number' ? String(label) : `'${label.replace(/\p{Cc}/gu, '').slice(0, 80)}'`;
}
