import {
  floatTensors,
  openFolder,
  parseSafetensors,
  serializeSafetensors,
  subfolder,
  type FloatTensor,
  type TensorData,
} from '@crossmodal/weights';
import { type Variable } from '@tensorflow/tfjs-core';
import { hashVariables } from '../hashes/hashVariables.js';
import { type TrainingProgress } from '../loop/TrainingProgress.js';
import { type Optimizer } from '../optimizers/Optimizer.js';
import { CheckpointError } from './CheckpointError.js';
import { nameOf, parentOf } from './CheckpointStore.js';
import { formatProgress, parseProgress, type ProgressFile, type RunSettings } from './progressFile.js';
import { serializeVariables } from './serializeVariables.js';
import { readVerified, withManifest } from './stateManifest.js';

/** What a state is taken from. */
export interface LiveState {
  readonly settings: RunSettings;
  /** Its best checkpoint as a whole path. */
  readonly progress: TrainingProgress;
  /** All of the model's. */
  readonly parameters: ReadonlyMap<string, Variable>;
  readonly optimizer: Optimizer;
}

/** Everything that a resumed run needs, on this side of the backend. */
export interface TrainingState extends ProgressFile {
  /** Those that were trained. */
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
 * The files of a state, by name below the checkpoint's folder, one after the other: each can be written and forgotten before the next is made.
 *
 * @param live - not changed until the last file is there
 * @param path - of the checkpoint: a best one beside it is written as a mere name, so that the folders can be moved together
 */
export async function* trainingStateFiles(
  live: LiveState,
  path: string,
): AsyncGenerator<readonly [name: string, contents: Uint8Array | string], undefined> {
  for await (const [name, contents] of withManifest(stateFiles(live, path))) yield [`${stateFolder}/${name}`, contents];
}

async function* stateFiles(
  { settings, progress, parameters, optimizer }: LiveState,
  path: string,
): AsyncGenerator<readonly [name: string, contents: Uint8Array | string], undefined> {
  const those = (trainable: boolean): Map<string, Variable> =>
    new Map([...parameters].filter(([, variable]) => variable.trainable === trainable));
  yield [parametersFile, await serializeVariables(those(true))];
  yield [optimizerFile, serializeSafetensors(await optimizer.state())];
  const others = those(false);
  const frozen = { count: others.size, sha256: await hashVariables(others) };
  yield [
    progressFile,
    formatProgress({ settings, frozen, progress: withBest(progress, (best) => relativeTo(path, best)) }),
  ];
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
    const { settings, frozen, progress } = parseProgress(new TextDecoder().decode(read(progressFile)));
    return {
      settings,
      frozen,
      progress: withBest(progress, (best) => (/[/\\]/.test(best) ? best : `${parentOf(path)}/${best}`)),
      parameters: floatTensors(parseSafetensors(read(parametersFile)), parametersFile),
      optimizer: parseSafetensors(read(optimizerFile)),
    };
  } catch (cause) {
    throw new CheckpointError(path, cause instanceof Error ? cause.message : String(cause), { cause });
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
