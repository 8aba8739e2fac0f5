import { resolve } from 'node:path';
import { resolveConfig, type ResolvedConfig } from '../config/resolveConfig.js';
import type { TrainConfigInput } from '../config/TrainConfig.js';
import { describeError } from '../run/describeError.js';
import { readRunConfig } from '../run/readRunConfig.js';
import { RunFolder } from '../run/RunFolder.js';
import { RunLock } from '../run/RunLock.js';
import { findCheckpoint } from './loadRun.js';
import { type RunOptions, runTraining } from './runTraining.js';
import type { TrainOptions, TrainResult } from './TrainOptions.js';

/**
 * Trains a model: from a data file to a run folder with checkpoints, numbers, pictures and a report.
 *
 * @param input - settings; what is left out has its default, and without `data` the synthetic review world is used
 * @throws ConfigError, DatasetError, ImageError, BackendUnavailableError
 *
 * @example
 * const { path, metrics } = await train({ data: 'reviews.csv', epochs: 5 });
 */
export async function train(
  input: TrainConfigInput | ResolvedConfig,
  options: TrainOptions = {},
): Promise<TrainResult> {
  const resolved = withAbsolutePaths(
    isResolved(input) ? input : resolveConfig([{ source: 'argument', values: input }]),
  );
  const folder = await RunFolder.create(resolved.config.project, resolved.config.name);
  return runIn(folder, resolved, options);
}

/**
 * Continues an interrupted run from its last checkpoint, with the settings it was started with.
 *
 * The order of samples and the dropout masks are pure functions of seed, epoch and step, so the run ends with the
 * weights it would have had without the interruption.
 *
 * @throws ConfigError when there is no checkpoint to continue from, or the data has changed since
 */
export async function resumeRun(path: string, options: TrainOptions = {}): Promise<TrainResult> {
  const checkpoint = findCheckpoint(path, 'last');
  const folder = RunFolder.open(path);
  return runIn(folder, await readRunConfig(path), { ...options, resumeFrom: checkpoint });
}

/** Runs while holding the folder's lock; what goes wrong also stands in `run.log`. A run that never began leaves nothing. */
async function runIn(folder: RunFolder, resolved: ResolvedConfig, options: RunOptions): Promise<TrainResult> {
  const lock = RunLock.take(folder.path);
  try {
    return await runTraining(folder, resolved, options);
  } catch (error) {
    folder.log({ type: 'error', text: describeError(error, {}) }, () => undefined);
    throw error;
  } finally {
    lock.release();
    if (!folder.hasBegun) await folder.remove();
  }
}

/** Paths as the run folder keeps them: it must be readable from any working directory. */
function withAbsolutePaths({ config, sources }: ResolvedConfig): ResolvedConfig {
  const { data, worldDirectory, cacheDir } = config;
  return {
    config: {
      ...config,
      ...(data === undefined ? {} : { data: resolve(data) }),
      ...(cacheDir === undefined ? {} : { cacheDir: resolve(cacheDir) }),
      worldDirectory: resolve(worldDirectory),
    },
    sources,
  };
}

function isResolved(input: TrainConfigInput | ResolvedConfig): input is ResolvedConfig {
  return 'config' in input && 'sources' in input;
}
