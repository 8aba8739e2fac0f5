import { type NumberUnit } from '../text/formatNumber.js';

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
