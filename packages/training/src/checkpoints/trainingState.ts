import {
  assertTensorsMatch,
  floatTensors,
  openFolder,
  parseSafetensors,
  serializeSafetensors,
  subfolder,
  type FloatTensor,
  type TensorData,
} from '@crossmodal/weights';
import { tensor, tidy, type Variable } from '@tensorflow/tfjs-core';
import { type TrainingProgress } from '../loop/TrainingProgress.js';
import { CheckpointError } from './CheckpointError.js';
import { nameOf, parentOf } from './CheckpointStore.js';
import { formatProgress, parseProgress, type ProgressFile } from './progressFile.js';
import { manifestFor, readVerified } from './stateManifest.js';

/** Everything that a resumed run needs, on this side of the backend. */
export interface TrainingState extends ProgressFile {
  readonly parameters: ReadonlyMap<string, FloatTensor>;
  readonly optimizer: ReadonlyMap<string, TensorData>;
}

const stateFolder = 'training-state';
const [parametersFile, optimizerFile, progressFile] = [
  'parameters.safetensors',
  'optimizer.safetensors',
  'progress.json',
] as const;

/**
 * The files of a state, by name below the checkpoint's folder.
 *
 * @param state - its best checkpoint as a whole path
 * @param path - of the checkpoint: a best one beside it is written as a mere name, so that the folders can be moved together
 */
export async function trainingStateFiles(
  { parameters, optimizer, progress, settings }: TrainingState,
  path: string,
): Promise<Map<string, Uint8Array | string>> {
  const asTensors = [...parameters].map(([name, values]): [string, TensorData] => [name, { dtype: 'F32', ...values }]);
  const files = new Map<string, Uint8Array | string>([
    [parametersFile, serializeSafetensors(new Map(asTensors))],
    [optimizerFile, serializeSafetensors(optimizer)],
    [progressFile, formatProgress({ settings, progress: withBest(progress, (best) => relativeTo(path, best)) })],
  ]);
  files.set(...(await manifestFor(files)));
  return new Map([...files].map(([name, contents]) => [`${stateFolder}/${name}`, contents]));
}

/**
 * Reads a state back.
 *
 * @param path - of the checkpoint
 * @throws CheckpointError when it is damaged or of another format
 */
export async function readTrainingState(path: string): Promise<TrainingState> {
  const folder = subfolder(openFolder(path), stateFolder);
  const files = await readVerified(folder, [parametersFile, optimizerFile, progressFile], path);
  try {
    const read = (name: string): Uint8Array => files.get(name) ?? new Uint8Array();
    const { settings, progress } = parseProgress(new TextDecoder().decode(read(progressFile)));
    return {
      settings,
      progress: withBest(progress, (best) => (/[/\\]/.test(best) ? best : `${parentOf(path)}/${best}`)),
      parameters: floatTensors(parseSafetensors(read(parametersFile)), parametersFile),
      optimizer: parseSafetensors(read(optimizerFile)),
    };
  } catch (cause) {
    throw new CheckpointError(path, cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

/** Copies all parameters out of the backend. */
export async function readVariables(variables: ReadonlyMap<string, Variable>): Promise<Map<string, FloatTensor>> {
  const reads = [...variables].map(async ([path, variable]): Promise<[string, FloatTensor]> => {
    const data = Float32Array.from(await variable.data());
    return [path, { shape: [...variable.shape], data }];
  });
  return new Map(await Promise.all(reads));
}

/**
 * Gives all parameters saved values.
 *
 * @throws `WeightsError` when the values are not exactly those of these parameters; nothing is changed then
 */
export function assignVariables(
  variables: ReadonlyMap<string, Variable>,
  values: ReadonlyMap<string, FloatTensor>,
  path: string,
): void {
  const shapes = new Map([...variables].map(([name, { shape }]) => [name, shape]));
  assertTensorsMatch(shapes, values, `trainModel: checkpoint ${path}`);
  for (const [name, { shape, data }] of values) {
    tidy(() => variables.get(name)?.assign(tensor(data, [...shape])));
  }
}

function withBest(progress: TrainingProgress, change: (checkpoint: string) => string): TrainingProgress {
  const { best } = progress;
  if (best?.checkpoint === undefined) return progress;
  return { ...progress, best: { ...best, checkpoint: change(best.checkpoint) } };
}

function relativeTo(path: string, other: string): string {
  return parentOf(path) === parentOf(other) ? nameOf(other) : other;
}
