import { type NumberUnit } from '../text/formatNumber.js';
import { lossCurve } from './lossCurve.js';
import { metricCurve } from './metricCurve.js';

/** What was measured after one epoch. */
export interface HistoryEpoch {
  /** Epochs done, from 1; fractions are allowed. */
  readonly epoch: number;
  /** Mean loss over the training samples of the epoch. */
  readonly trainLoss?: number;
  /** Mean loss over the validation samples after the epoch. */
  readonly validationLoss?: number;
  /** Metrics on the validation samples after the epoch, by name. */
  readonly metrics?: Readonly<Record<string, number>>;
}

/** Options of {@link lossCurve}, {@link metricCurve} and {@link trainingCurves}. */
export interface TrainingCurveOptions {
  /** Key of the metric to draw; default the first one of the first epoch that has any. */
  readonly metric?: string;
  /** Default by the metric's name. */
  readonly metricUnit?: NumberUnit;
  /** Epoch whose weights were kept: marked by a line. */
  readonly bestEpoch?: number;
  /** Pixels of one chart; default 460. */
  readonly width?: number;
}

/**
 * Draws the loss and one metric, epoch by epoch, side by side.
 *
 * Values that are not finite are left out, and the picture says how many. Long histories are thinned.
 *
 * @returns one SVG document, twice as wide as `width`
 */
export function trainingCurves(history: readonly HistoryEpoch[], options: TrainingCurveOptions = {}): string {
  const { width = 460 } = options;
  const height = 300;
  const place = (svg: string, x: number): string => svg.replace('<svg', `<svg x="${x}" y="0"`);
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${2 * width} ${height}" width="${2 * width}" ` +
    `height="${height}" fill="currentColor">${place(lossCurve(history, options), 0)}` +
    `${place(metricCurve(history, options), width)}</svg>`
  );
}
