import { type EarlyStopping } from './TrainModelOptions.js';
import { type TrainingProgress } from './TrainingProgress.js';

/**
 * Compares an epoch with the best one before it, and takes its place if it is better.
 *
 * @param progress - still in that epoch
 * @param validation - its metrics
 * @returns whether it is the best now; a value that is not finite never is
 * @throws RangeError when the metric is not among them
 */
export function updateBest(
  progress: TrainingProgress,
  validation: Readonly<Record<string, number>>,
  { metric, mode }: EarlyStopping,
): boolean {
  const value = validation[metric];
  if (value === undefined) {
    const names = Object.keys(validation).join(', ');
    throw new RangeError(
      `trainModel: earlyStopping.metric must be one that evaluate returns (${names || 'none'}), got "${metric}".`,
    );
  }
  const { best, epoch, step } = progress;
  const isBetter = best === undefined || (mode === 'max' ? value > best.value : value < best.value);
  const isBest = Number.isFinite(value) && isBetter;
  if (isBest) progress.best = { epoch, value, step, checkpoint: undefined };
  progress.epochsSinceBest = isBest ? 0 : progress.epochsSinceBest + 1;
  return isBest;
}
