import { readFileSync } from 'node:fs';

/** Strings or whole numbers. */
export type GoldenLabels = readonly string[] | readonly number[];

/** One generated case of `fixtures/classification.golden.jsonl`. */
export interface GoldenCase {
  readonly kind: string;
  readonly labels: GoldenLabels;
  readonly predictions: GoldenLabels;
  readonly classes: GoldenLabels;
  readonly reported: GoldenLabels | null;
  readonly weights: readonly number[] | null;
  readonly zeroDivision: number;
  readonly digits: number;
  readonly probabilities: readonly (readonly number[])[];
  readonly expected: Readonly<Record<string, unknown>> & { readonly report: string };
}

/** The generated classification cases. */
export function readGoldenCases(): readonly GoldenCase[] {
  return readLines('classification.golden.jsonl') as GoldenCase[]; // written by generate.py
}

/** Cases of a generated file, without its first line, which says what wrote it. */
export function readLines(name: string): unknown[] {
  const [, ...lines] = readText(name).trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line, reviveNaN) as unknown);
}

/** A file of values published by others. */
export function readPublished(name: string): unknown {
  return JSON.parse(readText(name), reviveNaN) as unknown;
}

function readText(name: string): string {
  return readFileSync(new URL(`../../fixtures/${name}`, import.meta.url), 'utf8');
}

/** JSON has no NaN: `"NaN"` stands for it. */
function reviveNaN(_: string, value: unknown): unknown {
  return value === 'NaN' ? NaN : value;
}

/** The options that a case names, ready to spread. */
export function optionsOf({ reported, weights, zeroDivision }: GoldenCase): {
  readonly classes?: GoldenLabels;
  readonly sampleWeights?: readonly number[];
  readonly zeroDivision: number;
} {
  return { zeroDivision, ...(reported && { classes: reported }), ...(weights && { sampleWeights: weights }) };
}

/** Largest difference to scikit-learn in all cases: both are float64, sums are in another order. */
const TOLERANCE = 1e-12;

/** Numbers, and nested arrays of them, that differ by more than {@link TOLERANCE}; for `toEqual([])`. */
export function differences(actual: unknown, expected: unknown, path = ''): string[] {
  if (Array.isArray(expected) && Array.isArray(actual) && actual.length === expected.length) {
    return expected.flatMap((value, i) => differences(actual[i], value, `${path}[${i}]`));
  }
  if (typeof actual === 'number' && typeof expected === 'number') {
    const isClose = Object.is(actual, expected) || Math.abs(actual - expected) <= TOLERANCE;
    return isClose ? [] : [`${path}: ${actual} instead of ${expected}`];
  }
  return [`${path}: ${String(actual)} instead of ${String(expected)}`];
}

/** For test titles. */
export function titleOf({ kind, labels }: GoldenCase, index: number): string {
  return `case ${index} (${kind}, ${labels.length} ${typeof labels[0]}s)`;
}
