import { formatTable } from '../terminal/formatTable.js';
import type { Measured } from './measure.js';

/** split -> metric -> value with its interval; the content of `metrics.json`. */
export type RunMetrics = Readonly<Record<string, Readonly<Record<string, Measured>>>>;

/** The metrics of a run as a table for the terminal. */
export function formatMetrics(metrics: RunMetrics): string {
  const rows = Object.entries(metrics).flatMap(([split, values]) =>
    Object.entries(values).map(([name, { value, low, high }]) => [
      `${split} ${name}`,
      value.toFixed(4),
      `${low.toFixed(4)} - ${high.toFixed(4)}`,
    ]),
  );
  return formatTable(['metric', 'value', '95% interval'], rows);
}
