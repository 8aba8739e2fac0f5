import { axisX, axisY, cell, text } from '@observablehq/plot';
import { displayText } from '../text/displayText.js';
import { fixed, formatCount } from '../text/formatNumber.js';
import { emptyChart } from './emptyChart.js';
import { foldClasses } from './foldClasses.js';
import { chartColours, plotSvg } from './plotSvg.js';
import { type ClassCounts } from './ClassCounts.js';

/** Options of {@link confusionMatrixChart}. */
export interface ConfusionMatrixChartOptions {
  /** Most classes drawn, 2 to 30; the others are folded into one row and column; default 12. */
  readonly maxClasses?: number;
  /** Pixels; default 460. */
  readonly width?: number;
}

/**
 * Draws a confusion matrix: each cell with its count and its share of the row, the right ones blue, the wrong ones orange.
 *
 * With more classes than fit, those most often confused are kept and the rest is folded into one class named so.
 *
 * @returns an SVG document; a note in place of a chart when there are no samples
 * @throws `RangeError` when the counts are not square, not as many as the classes, negative or not finite
 */
export function confusionMatrixChart(matrix: ClassCounts, options: ConfusionMatrixChartOptions = {}): string {
  const { maxClasses = 12, width = 460 } = options;
  if (!Number.isInteger(maxClasses) || maxClasses < 2 || maxClasses > 30) {
    throw new RangeError(`confusionMatrixChart: maxClasses must be a whole number from 2 to 30, got ${maxClasses}.`);
  }
  checkMatrix(matrix);
  const title = 'Confusion matrix';
  const total = matrix.counts.flat().reduce((sum, count) => sum + count, 0);
  if (total === 0) return emptyChart(title, `${title}: no samples to count.`, width);
  const { classes, counts, folded } = foldClasses(matrix, maxClasses);
  const names = classes.map((label) => displayText(String(label), 60));
  const size = names.length;
  const longest = size <= 4 ? 14 : 10;
  const marginLeft = Math.min(longest, Math.max(4, ...names.map((name) => name.length))) * 7.5 + 42;
  const side = (width - marginLeft - 8) / size;
  const height = Math.max(40, Math.min(side, 110));
  const cells = counts.flatMap((row, truth) => {
    const sum = row.reduce((a, b) => a + b, 0);
    return row.map((count, prediction) => ({ truth, prediction, count, share: sum > 0 ? count / sum : NaN }));
  });
  const digits = cells.reduce((most, { count }) => Math.max(most, formatCount(count).length), 1);
  const font = Math.min(size <= 6 ? 14 : size <= 12 ? 11 : 8, (side * 0.94) / (digits * 0.62));
  const areSharesShown = size <= 12;
  const place = { x: 'prediction', y: 'truth' } as const;
  const tickFormat = (index: number): string => displayText(names[index] ?? '', longest);
  const indices = names.map((_, index) => index);
  const columns = names.map((name) => name.length).reduce((a, b) => Math.max(a, b), 0) * 7.5 > side ? -35 : 0;
  return plotSvg(
    {
      width,
      height: height * size + (columns === 0 ? 62 : 110),
      marginLeft,
      marginRight: 8,
      marginTop: columns === 0 ? 54 : 102,
      marginBottom: 8,
      x: { domain: indices, padding: 0.04, label: null },
      y: { domain: indices, padding: 0.04, label: null },
      marks: [
        axisX({
          anchor: 'top',
          label: 'Predicted label',
          labelAnchor: 'center',
          labelArrow: 'none',
          labelOffset: columns === 0 ? 46 : 94,
          tickSize: 0,
          tickFormat,
          tickRotate: columns,
        }),
        axisY({
          label: 'True label',
          labelAnchor: 'center',
          labelArrow: 'none',
          labelOffset: marginLeft - 8,
          tickSize: 0,
          tickFormat,
        }),
        cell(cells, { ...place, stroke: 'currentColor', strokeOpacity: 0.15, fill: 'none' }),
        // Half covered at most: the figures keep their contrast on white and on black.
        cell(cells, {
          ...place,
          fill: (d: Cell) => colourOf(d, folded > 0 ? size - 1 : -1),
          fillOpacity: (d: Cell) => (d.share > 0 ? 0.08 + 0.47 * d.share : 0),
        }),
        text(cells, {
          ...place,
          text: (d: Cell) => formatCount(d.count),
          fillOpacity: (d: Cell) => (d.count > 0 ? 1 : 0.4),
          fontSize: font,
          fontWeight: 600,
          dy: areSharesShown ? -font / 2 - 1 : 0,
        }),
        areSharesShown
          ? text(cells, {
              ...place,
              text: (d: Cell) => shareLabel(d.share, size <= 6 ? 1 : 0),
              fontSize: Math.min(font, size <= 6 ? 12 : 9),
              dy: font / 2 + 2,
            })
          : null,
      ],
    },
    { title, description: describe(matrix, total) },
  );
}

interface Cell {
  readonly truth: number;
  readonly prediction: number;
  readonly count: number;
  readonly share: number;
}

/** Nothing for an empty cell, and never 0% for one that is not. */
function shareLabel(share: number, decimals: number): string {
  if (!(share > 0)) return '';
  const digits = fixed(share * 100, decimals);
  return Number(digits) === 0 ? `<${decimals === 0 ? 1 : 0.1}%` : `${digits}%`;
}

/** What is folded is neither right nor wrong on its diagonal. */
function colourOf({ truth, prediction }: Cell, folded: number): string {
  if (truth !== prediction) return chartColours.second;
  return truth === folded ? chartColours.muted : chartColours.first;
}

function describe({ classes, counts }: ClassCounts, total: number): string {
  const right = counts.reduce((sum, row, index) => sum + (row[index] ?? 0), 0);
  const name = (index: number): string => displayText(String(classes[index]), 60);
  const worst = counts
    .flatMap((row, truth) => row.map((count, prediction) => ({ truth, prediction, count })))
    .filter(({ truth, prediction, count }) => truth !== prediction && count > 0)
    .sort((a, b) => b.count - a.count)
    .slice(0, 3)
    .map(({ truth, prediction, count }) => `${name(truth)} taken for ${name(prediction)}: ${formatCount(count)}`);
  return [`${formatCount(right)} of ${formatCount(total)} on the diagonal`, ...worst].join('; ');
}

function checkMatrix({ classes, counts }: ClassCounts): void {
  const isSquare = counts.length === classes.length && counts.every((row) => row.length === classes.length);
  if (!isSquare) {
    throw new RangeError(
      `confusionMatrixChart: counts must be ${classes.length} rows of ${classes.length} for as many classes, ` +
        `got ${counts.length} rows of ${[...new Set(counts.map((row) => row.length))].join(', ') || 'none'}.`,
    );
  }
  const bad = counts.flat().find((count) => !(count >= 0 && Number.isFinite(count)));
  if (bad !== undefined) {
    throw new RangeError(`confusionMatrixChart: counts must be finite and at least 0, got ${bad}.`);
  }
}
