import { displayText } from '../text/displayText.js';
import { axisLabel, type ComparedModel, type ComparisonChartOptions } from './comparisonChart.js';
import { intervalChart } from './intervalChart.js';

/**
 * Draws by how much each model differs from the baseline, with a line at no difference.
 *
 * @returns an SVG document; a note in place of a chart when no model has a difference
 */
export function differenceChart(models: readonly ComparedModel[], options: ComparisonChartOptions = {}): string {
  const { unit = 'percent', level = 0.95, width = 460 } = options;
  const measure = displayText(options.measure ?? 'Accuracy', 40);
  const isAnyMain = models.some((model) => model.isMain);
  return intervalChart(
    models.flatMap(({ name, difference, isMain }) =>
      difference === undefined ? [] : [{ name, ...difference, isMuted: isAnyMain && !isMain }],
    ),
    {
      title: `Difference in ${measure.toLowerCase()} to the baseline`,
      axis: axisLabel(`Difference in ${measure.toLowerCase()}`, unit, level).replace('in percent', 'in points'),
      unit,
      width,
      isDifference: true,
    },
  );
}
