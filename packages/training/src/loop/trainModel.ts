import { CheckpointError } from '../checkpoints/CheckpointError.js';
import { CheckpointStore } from '../checkpoints/CheckpointStore.js';
import { CheckpointWriter } from '../checkpoints/CheckpointWriter.js';
import { type RunSettings } from '../checkpoints/progressFile.js';
import { restoreState } from '../checkpoints/restoreState.js';
import { readTrainingState } from '../checkpoints/trainingState.js';
import { checkTrainModelOptions } from './checkTrainModelOptions.js';
import { EpochTrainer } from './EpochTrainer.js';
import { StopConditions } from './StopConditions.js';
import { newProgress, type TrainingProgress } from './TrainingProgress.js';
import { type TrainingResult } from './TrainingResult.js';
import { TrainingRun } from './TrainingRun.js';
import { type TrainModelOptions } from './TrainModelOptions.js';

/**
 * Trains a model: batches, losses, gradients, clipping, updates, and after each epoch an evaluation and a checkpoint.
 *
 * All randomness is a function of the seed, the epoch and the batch. A run that was stopped and resumed therefore ends with the same
 * bits as one that was not, on backends that compute the same bits twice (cpu, wasm).
 *
 * @param options - everything; only `model`, `optimizer`, lengths, seed and the functions of a batch are required
 * @returns why it ended, and what came out
 * @throws RangeError when an option is outside its range, the metric or the number of batches is not what was said, or the directory
 *   holds checkpoints of another run
 * @throws {@link TrainingError} when a loss or gradient is not finite; the weights are as before that step
 * @throws {@link CheckpointError} when the checkpoint to resume from is damaged, of a run with other settings, or beside other frozen parameters
 * @throws `WeightsError` when it belongs to another model or optimizer
 * @throws `CommitError` when a checkpoint cannot be saved; those before are unchanged
 * @throws whatever `assertBackend` rejects with; checkpoints hold nothing that was computed by then
 */
export async function trainModel<B, T = undefined>(options: TrainModelOptions<B, T>): Promise<TrainingResult> {
  checkTrainModelOptions(options);
  const { model, optimizer, resumeFrom, checkpoint } = options;
  const parameters = model.namedParameters();
  const settings = runSettings(options);
  const state = resumeFrom === undefined ? undefined : await readTrainingState(resumeFrom);
  if (state && !options.forceResume) assertSameSettings(resumeFrom ?? '', state.settings, settings);
  const store = checkpoint && (await CheckpointStore.open(checkpoint, resumeFrom));
  const progress = state?.progress ?? newProgress();
  if (state) await restoreState(state, { parameters, optimizer }, resumeFrom ?? '');
  const resumedFrom = resumeFrom === undefined ? undefined : await adopt(resumeFrom, progress, store);
  const stop = new StopConditions(options);
  const writer = new CheckpointWriter({ store, settings, parameters, optimizer, progress, resumedFrom });
  const lastCheckpoint = (): string | undefined => writer.last;
  const assertBackend = async (): Promise<void> =>
    options.assertBackend?.({ step: progress.step + 1, lastCheckpoint: lastCheckpoint() });
  const trainer = new EpochTrainer({ options, parameters, progress, stop, lastCheckpoint, assertBackend });
  return new TrainingRun({ options, progress, stop, trainer, writer, assertBackend }).run();
}

/** Continues the pointers: a crash between a checkpoint and its pointers left older ones. */
async function adopt(
  resumeFrom: string,
  progress: TrainingProgress,
  store: CheckpointStore | undefined,
): Promise<string> {
  if (!store) return resumeFrom;
  const last = store.normalize(resumeFrom);
  const { best } = progress;
  if (best?.checkpoint !== undefined) progress.best = { ...best, checkpoint: store.normalize(best.checkpoint) };
  if (store.contains(last)) await store.point({ last, best: progress.best?.checkpoint });
  return last;
}

/** What decides how a run goes on, as far as the loop knows it. */
function runSettings<B, T>(options: TrainModelOptions<B, T>): RunSettings {
  const { earlyStopping, maxGradNorm } = options;
  return {
    seed: options.seed,
    epochs: options.epochs,
    stepsPerEpoch: options.stepsPerEpoch,
    gradientAccumulationSteps: options.gradientAccumulationSteps ?? 1,
    learningRate: options.optimizer.learningRate,
    ...(maxGradNorm === undefined ? {} : { maxGradNorm }),
    ...(earlyStopping ? { metric: earlyStopping.metric, mode: earlyStopping.mode } : {}),
    ...options.identity,
  };
}

function assertSameSettings(path: string, before: RunSettings, now: RunSettings): void {
  const names = new Set([...Object.keys(before), ...Object.keys(now)]);
  const differences = [...names].flatMap((name) => {
    const [old, current] = [before[name], now[name]];
    return Object.is(old, current) ? [] : `${name}: ${String(old)} before, ${String(current)} now`;
  });
  if (differences.length === 0) return;
  throw new CheckpointError(
    path,
    `the settings must be those of the run that saved it, got ${differences.join('; ')}. ` +
      'Restore them, or pass forceResume to continue as another run.',
    { differences },
  );
}
