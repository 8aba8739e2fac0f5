import { displayText } from '../text/displayText.js';
import { type NumberUnit } from '../text/formatNumber.js';
import { intervalChart, type ReferenceLine } from './intervalChart.js';

/** A model's result on the samples that all models share. */
export interface ComparedModel {
  readonly name: string;
  readonly value: number;
  readonly low?: number;
  readonly high?: number;
  /** Its value minus the baseline's, from paired samples; absent for the baseline. */
  readonly difference?: PairedDifference;
  /** Whether the report is about this model; the others are drawn in grey. If none is, all are in colour. */
  readonly isMain?: boolean;
  /** One sentence on what the model is. */
  readonly explanation?: string;
}

/** A difference on the same samples, with its interval. */
export interface PairedDifference {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** Options of {@link comparisonChart} and {@link differenceChart}. */
export interface ComparisonChartOptions {
  /** What is compared; default `Accuracy`. */
  readonly measure?: string;
  /** Default `percent`. */
  readonly unit?: NumberUnit;
  /** Confidence level of the intervals, for the axis; default 0.95. */
  readonly level?: number;
  /** Pixels; default 460. */
  readonly width?: number;
  /** Known values to hold the models against; at most four are drawn. */
  readonly references?: readonly ReferenceLine[];
}

/**
 * Draws the results of several models with their intervals, in the order given.
 *
 * @returns an SVG document; a note in place of a chart when there is nothing to draw
 */
export function comparisonChart(models: readonly ComparedModel[], options: ComparisonChartOptions = {}): string {
  const { unit = 'percent', level = 0.95, width = 460, references = [] } = options;
  const measure = displayText(options.measure ?? 'Accuracy', 40);
  const isAnyMain = models.some((model) => model.isMain);
  return intervalChart(
    models.map(({ name, value, low, high, isMain }) => ({ name, value, low, high, isMuted: isAnyMain && !isMain })),
    { title: `${measure} of each model`, axis: axisLabel(measure, unit, level), unit, width, references },
  );
}

/** `Accuracy in percent (95% intervals)`. */
export function axisLabel(measure: string, unit: NumberUnit, level: number): string {
  return `${measure}${unit === 'percent' ? ' in percent' : ''} (${Number((level * 100).toFixed(2))}% intervals)`;
}
