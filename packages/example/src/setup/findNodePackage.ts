import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { type TensorflowDevice, type TensorflowSetup } from '@crossmodal/backends';
import { type RunProcess } from './runProcess.js';
import { SetupError } from './SetupError.js';

/** `@tensorflow/tfjs-node` or `@tensorflow/tfjs-node-gpu` as it is installed. */
export interface NodePackage {
  readonly name: TensorflowSetup['packageName'];
  readonly version: string;
  readonly folder: string;
}

/** The version that is installed when there is none. */
const VERSION = '4.22.0';

/** The npm package whose native part is built. */
export function nodePackageName(device: TensorflowDevice): NodePackage['name'] {
  return device === 'gpu' ? '@tensorflow/tfjs-node-gpu' : '@tensorflow/tfjs-node';
}

/** What `npm` is asked when the package is missing; its install script, which downloads an old TensorFlow, does not run. */
export function installArguments(name: NodePackage['name']): readonly string[] {
  return ['install', '--ignore-scripts', `${name}@${VERSION}`];
}

/** Finds the package where `@crossmodal/backends` will find it, or undefined. */
export function findNodePackage(name: NodePackage['name'], from: string = import.meta.url): NodePackage | undefined {
  let manifest: string;
  try {
    const backends = createRequire(from).resolve('@crossmodal/backends/package.json');
    manifest = createRequire(backends).resolve(`${name}/package.json`);
  } catch {
    return undefined;
  }
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { readonly version: string }; // npm requires one
  return { name, version, folder: dirname(manifest) };
}

/**
 * Installs the package into a project.
 *
 * @param name - of the package
 * @param project - folder in which `npm` runs
 * @param run - how to run it
 * @param find - looks again afterwards
 * @throws SetupError when `npm` fails, or the package ends up where `@crossmodal/backends` does not look
 */
export async function installNodePackage(
  name: NodePackage['name'],
  project: string,
  run: RunProcess,
  find: (name: NodePackage['name']) => NodePackage | undefined = findNodePackage,
): Promise<NodePackage> {
  const words = installArguments(name);
  const { status, stderr } = await run('npm', words, { cwd: project });
  if (status !== 0) {
    throw new SetupError(
      'package',
      `npm ${words.join(' ')}: must succeed, it ended with ${status}: ${stderr.trim().slice(-300)}`,
    );
  }
  const found = find(name);
  if (found) return found;
  throw new SetupError(
    'package',
    `npm ${words.join(' ')}: ran in ${project}, and @crossmodal/backends does not see the package. Run the command in the project in which @crossmodal/example is installed.`,
  );
}
