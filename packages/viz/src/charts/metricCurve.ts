import { displayText } from '../text/displayText.js';
import { curveChart } from './curveChart.js';
import { metricFacts } from './metricFacts.js';
import { type HistoryEpoch, type TrainingCurveOptions } from './HistoryEpoch.js';

/**
 * Draws one metric on the validation samples, epoch by epoch.
 *
 * @returns an SVG document; a note in place of a chart when there is nothing to draw
 */
export function metricCurve(history: readonly HistoryEpoch[], options: TrainingCurveOptions = {}): string {
  const name = options.metric ?? firstMetric(history) ?? 'metric';
  const facts = metricFacts({ name, ...(options.metricUnit && { unit: options.metricUnit }) });
  const points = history.map(({ epoch, metrics }) => ({
    epoch,
    value: metrics !== undefined && Object.hasOwn(metrics, name) ? metrics[name] : undefined,
  }));
  const label = displayText(facts.label, 32);
  return curveChart([{ name: 'validation', points }], {
    title: label,
    axis: `${label}${facts.unit === 'percent' ? ' in percent' : ''}`,
    unit: facts.unit,
    ...options,
  });
}

function firstMetric(history: readonly HistoryEpoch[]): string | undefined {
  for (const { metrics } of history) {
    const [name] = Object.keys(metrics ?? {});
    if (name !== undefined) return name;
  }
  return undefined;
}
