import { displayText } from '../text/displayText.js';
import { formatCount, formatInterval, formatValue } from '../text/formatNumber.js';
import { metricFacts } from '../charts/metricFacts.js';
import { type ReportData } from './ReportData.js';

/** The result in one sentence that a stranger understands. */
export function verdictSentence({ verdict, evaluation }: ReportData): string {
  if (verdict !== undefined) return displayText(verdict, 400);
  const metric = evaluation?.metrics.find(({ name }) => name === 'accuracy') ?? evaluation?.metrics[0];
  if (evaluation === undefined || metric === undefined) return 'There is no evaluation yet.';
  const { noun = 'samples', samples, level = 0.95 } = evaluation;
  const what = `${formatCount(samples)} unseen ${displayText(noun, 40)}`;
  const { label, unit } = metricFacts(metric);
  if (!Number.isFinite(metric.value)) return `${label} is undefined on ${what}.`;
  const interval = formatInterval(metric.low ?? NaN, metric.high ?? NaN, unit);
  const range = interval === 'undefined' ? '' : ` (${Number((level * 100).toFixed(2))}% interval ${interval})`;
  const value = formatValue(metric.value, unit);
  return metric.name === 'accuracy'
    ? `Classifies ${value} of ${what} correctly${range}.`
    : `${displayText(label, 80)} on ${what} is ${value}${range}.`;
}
