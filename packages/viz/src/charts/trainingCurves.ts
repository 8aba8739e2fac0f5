import { lossCurve } from './lossCurve.js';
import { metricCurve } from './metricCurve.js';
import { type HistoryEpoch, type TrainingCurveOptions } from './HistoryEpoch.js';

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
