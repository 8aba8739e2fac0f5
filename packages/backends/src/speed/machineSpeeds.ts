import { version_core } from '@tensorflow/tfjs-core';
import { findTensorflowSetup } from '../tensorflow/findTensorflowSetup.js';
import { type TensorflowDevice } from '../tensorflow/TensorflowSetup.js';
import { SpeedFile, type SpeedStore } from './SpeedFile.js';

/** The packages whose versions decide how fast a backend is. */
const packages = [
  '@crossmodal/tfjs-backend-onnxruntime',
  'onnxruntime-node',
  '@tensorflow/tfjs-backend-webgpu',
  'webgpu',
  '@tensorflow/tfjs-node',
  '@tensorflow/tfjs-node-gpu',
];

/**
 * The measurements of this machine, in the user's cache folder.
 *
 * @returns undefined when `CROSSMODAL_MEASURE` is `off`: `'auto'` then goes by its fixed order, the same everywhere
 */
export function machineSpeeds(): SpeedStore | undefined {
  if (process.env.CROSSMODAL_MEASURE === 'off') return undefined;
  const path = process.getBuiltinModule('node:path');
  return new SpeedFile(path.join(cacheFolder(), 'crossmodal', 'backends.json'), machineName());
}

/** Where each system wants files that can be made again. */
function cacheFolder(): string {
  const { homedir } = process.getBuiltinModule('node:os');
  const path = process.getBuiltinModule('node:path');
  const { env, platform } = process;
  if (env.XDG_CACHE_HOME) return env.XDG_CACHE_HOME;
  if (platform === 'win32') return env.LOCALAPPDATA ?? path.join(homedir(), 'AppData', 'Local');
  return platform === 'darwin' ? path.join(homedir(), 'Library', 'Caches') : path.join(homedir(), '.cache');
}

function machineName(): string {
  const { arch, availableParallelism, cpus, platform } = process.getBuiltinModule('node:os');
  const machine = [cpus()[0]?.model ?? 'unknown processor', `${availableParallelism()} threads`, platform(), arch()];
  const versions = packages.map((name) => `${name} ${versionOf(name) ?? 'absent'}`);
  const natives = (['cpu', 'gpu'] as const).map((device) => `TensorFlow ${device} ${setupName(device)}`);
  return [...machine, `node ${process.version}`, `tfjs ${version_core}`, ...versions, ...natives].join(', ');
}

/** What `crossmodal setup tensorflow` built lies outside of `node_modules`, so no version of a package shows it. */
function setupName(device: TensorflowDevice): string {
  const found = findTensorflowSetup(device);
  return found.state === 'ready' ? `${found.setup.tensorflow} of ${found.setup.builtAt}` : found.state;
}

function versionOf(packageName: string): string | undefined {
  const { createRequire } = process.getBuiltinModule('node:module');
  try {
    const { version } = createRequire(import.meta.url)(`${packageName}/package.json`) as { version: string }; // npm's own
    return version;
  } catch {
    return undefined;
  }
}
