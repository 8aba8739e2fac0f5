import { intervalChart } from './intervalChart.js';
import { metricFacts } from './metricFacts.js';
import { type MetricValue } from './MetricValue.js';

/** Options of {@link metricIntervals}. */
export interface MetricIntervalsOptions {
  /** Pixels; default 460. */
  readonly width?: number;
  /** Confidence level of the intervals, for the axis; default 0.95. */
  readonly level?: number;
}

/**
 * Draws metrics that are shares of 1 with their intervals on one axis.
 *
 * Metrics of another unit, such as log loss, have no place on it and are left out.
 *
 * @returns an SVG document; a note in place of a chart when there is nothing to draw
 */
export function metricIntervals(metrics: readonly MetricValue[], options: MetricIntervalsOptions = {}): string {
  const { width = 460, level = 0.95 } = options;
  const shares = metrics.flatMap((metric) => {
    const { label, unit } = metricFacts(metric);
    return unit === 'percent' ? [{ name: label, value: metric.value, low: metric.low, high: metric.high }] : [];
  });
  return intervalChart(shares, {
    title: 'Metrics with intervals',
    axis: `Percent (${Number((level * 100).toFixed(2))}% intervals)`,
    unit: 'percent',
    width,
  });
}
