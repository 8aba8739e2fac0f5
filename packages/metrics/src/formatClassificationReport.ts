import { type ClassificationReport, type ReportRow } from './classificationReport.js';
import { formatFixed } from './formatFixed.js';

const HEADERS = ['precision', 'recall', 'f1-score', 'support'];
const NUMBER_WIDTH = 9;

/**
 * Prints a report as the table that scikit-learn 1.9.1 prints, character by character.
 *
 * Different from it: supports stay whole numbers when no prediction is right, where it prints `3.0` for 3.
 *
 * @param options - `digits`: decimals, 0 to 100; default 2
 * @throws `RangeError` when `digits` is no whole number from 0 to 100
 *
 * @example
 * formatClassificationReport(classificationReport(labels, predictions), { digits: 3 });
 */
export function formatClassificationReport(
  report: ClassificationReport,
  options: { readonly digits?: number } = {},
): string {
  const { digits = 2 } = options;
  if (!Number.isInteger(digits) || digits < 0 || digits > 100) {
    throw new RangeError(`formatClassificationReport: digits must be a whole number from 0 to 100, got ${digits}.`);
  }
  const averages = [report.micro, report.macro, report.weighted];
  const names = [...report.classes.map(({ name }) => name), 'weighted avg'];
  const width = Math.max(digits, ...names.map(lengthOf));
  const support = (row: ReportRow) => formatSupport(row.support, report.hasSampleWeights);
  const line = (name: string, cells: readonly string[]) =>
    [alignRight(name, width), '', ...cells.map((cell) => alignRight(cell, NUMBER_WIDTH))].join(' ');
  const rowLine = (row: ReportRow) =>
    line(row.name, [...[row.precision, row.recall, row.f1].map((score) => formatFixed(score, digits)), support(row)]);
  const averageLine = (row: ReportRow) =>
    row === report.micro && report.accuracy !== null
      ? line('accuracy', ['', '', formatFixed(report.accuracy, digits), support(row)])
      : rowLine(row);
  return [line('', HEADERS), '', ...report.classes.map(rowLine), '', ...averages.map(averageLine), ''].join('\n');
}

/** Weighted supports are floats in Python, which prints `3.0`. */
function formatSupport(support: number, isFloat: boolean): string {
  return isFloat && Number.isInteger(support) ? support.toFixed(1) : String(support);
}

/** In code points, as Python counts. */
function lengthOf(text: string): number {
  return Array.from(text).length;
}

function alignRight(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - lengthOf(text))) + text;
}
