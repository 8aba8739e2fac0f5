import { type TrainModelOptions } from './TrainModelOptions.js';

/**
 * Checks what types cannot say.
 *
 * @throws RangeError when an option is outside its range or needs another one
 */
export function checkTrainModelOptions<B, T>(options: TrainModelOptions<B, T>): void {
  const { earlyStopping, checkpoint } = options;
  assertWhole('epochs', options.epochs, 1);
  assertWhole('stepsPerEpoch', options.stepsPerEpoch, 1);
  assertWhole('seed', options.seed, 0);
  assertWhole('gradientAccumulationSteps', options.gradientAccumulationSteps ?? 1, 1);
  assertWhole('earlyStopping.patience', earlyStopping?.patience ?? 1, 1);
  assertWhole('checkpoint.keep', checkpoint?.keep ?? 0, 0);
  assertWhole('checkpoint.everySteps', checkpoint?.everySteps ?? 1, 1);
  assertAbove0('maxGradNorm', options.maxGradNorm ?? 1);
  assertAbove0('maxTimeMs', options.maxTimeMs ?? 1);
  if (checkpoint?.directory === '') throw new RangeError('trainModel: checkpoint.directory must not be empty.');
  if (earlyStopping && !options.evaluate) {
    throw new RangeError(
      `trainModel: earlyStopping needs the metric "${earlyStopping.metric}", got no evaluate function. Pass one.`,
    );
  }
}

function assertWhole(name: string, value: number, least: number): void {
  if (!Number.isSafeInteger(value) || value < least) {
    throw new RangeError(`trainModel: ${name} must be a whole number from ${least}, got ${value}.`);
  }
}

function assertAbove0(name: string, value: number): void {
  if (!(value > 0 && value < Infinity)) {
    throw new RangeError(`trainModel: ${name} must be a finite number above 0, got ${value}.`);
  }
}
