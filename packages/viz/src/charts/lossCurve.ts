import { curveChart } from './curveChart.js';
import { type HistoryEpoch, type TrainingCurveOptions } from './HistoryEpoch.js';

/**
 * Draws the loss on training and validation samples, epoch by epoch.
 *
 * @returns an SVG document; a note in place of a chart when there is nothing to draw
 */
export function lossCurve(history: readonly HistoryEpoch[], options: TrainingCurveOptions = {}): string {
  return curveChart(
    [
      { name: 'training', points: history.map(({ epoch, trainLoss }) => ({ epoch, value: trainLoss })) },
      { name: 'validation', points: history.map(({ epoch, validationLoss }) => ({ epoch, value: validationLoss })) },
    ],
    { title: 'Loss', axis: 'Loss (lower is better)', unit: 'number', ...options },
  );
}
