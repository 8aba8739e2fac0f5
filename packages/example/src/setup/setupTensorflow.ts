import { existsSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type TensorflowDevice, type TensorflowSetup, tensorflowSetupFolder } from '@crossmodal/backends';
import { type DownloadFileOptions, removeFolder } from '@crossmodal/weights';
import { compileBinding, NODE_API } from './compileBinding.js';
import { fetchLibrary, libraryFolder } from './fetchLibrary.js';
import { findNodeHeaders } from './findNodeHeaders.js';
import { installNodePackage, nodePackageName } from './findNodePackage.js';
import { findPythonTensorflow } from './findPythonTensorflow.js';
import { fingerprint } from './fingerprint.js';
import { type LibraryChoice } from './LibraryChoice.js';
import { readLibraryFolder } from './readLibraryFolder.js';
import { SetupError } from './SetupError.js';
import { type SetupMachine } from './SetupMachine.js';
import { type TensorflowLibrary } from './TensorflowLibrary.js';
import { verifySetup } from './verifySetup.js';

/** Options of {@link setupTensorflow}. */
export interface SetupOptions {
  readonly device: TensorflowDevice;
  readonly library: LibraryChoice;
  /** Hears about each step as it begins. */
  readonly onStep?: (text: string) => void;
  readonly onProgress?: DownloadFileOptions['onProgress'];
  /** Stops a download; what has arrived is used next time. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Makes the native part of `@tensorflow/tfjs-node` from its sources and a current TensorFlow, checks what it computes, and puts it where
 * `startBackend` finds it. What was set up before stays until the new one has computed what it must.
 *
 * @param options - for which device, and with which library
 * @param machine - the machine
 * @returns the record that lies beside the result
 * @throws SetupError when something is missing, naming what to install
 * @throws HubError when the library cannot be downloaded
 */
export async function setupTensorflow(options: SetupOptions, machine: SetupMachine): Promise<TensorflowSetup> {
  const { device, onStep } = options;
  const { run, env, project, findPackage } = machine;
  const folder = tensorflowSetupFolder(device, env);
  assertOurs(folder);
  // What costs nothing first: nobody wants to hear after a long download that headers are missing.
  const nodeHeaders = findNodeHeaders(machine.execPath, project);
  const name = nodePackageName(device);
  let nodePackage = findPackage(name);
  if (!nodePackage) {
    onStep?.(`installing ${name}`);
    nodePackage = await installNodePackage(name, project, run, findPackage);
  }
  const library = await obtainLibrary(folder, options, machine);
  await mkdir(dirname(folder), { recursive: true });
  const trial = await mkdtemp(`${folder}.trial-`);
  try {
    onStep?.(`compiling ${name} ${nodePackage.version}`);
    const target = join(trial, 'tfjs_binding.node');
    const sources = { packageFolder: nodePackage.folder, library, nodeHeaders };
    const compiler = await compileBinding(target, { ...sources, env, run });
    const built: TensorflowSetup = {
      formatVersion: 1,
      packageName: name,
      packageVersion: nodePackage.version,
      tensorflow: 'unknown',
      source: library.source,
      libraries: await Promise.all(library.libraries.map(async (path) => ({ path, ...(await fingerprint(path)) }))),
      binding: await fingerprint(target),
      compiler,
      nodeApi: NODE_API,
      device: 'unknown',
      builtAt: machine.now().toISOString(),
    };
    await writeRecord(trial, built);
    onStep?.('computing with it');
    const setup = { ...built, ...(await verifySetup(trial, device, run)) };
    await writeRecord(trial, setup);
    await removeFolder(folder);
    await rename(trial, folder);
    return setup;
  } finally {
    await rm(trial, { recursive: true, force: true });
  }
}

/** The folder will be replaced: it must be empty, missing, or of our making. */
function assertOurs(folder: string): void {
  if (!existsSync(folder) || existsSync(join(folder, 'setup.json')) || readdirSync(folder).length === 0) return;
  throw new SetupError(
    'library',
    `${folder}: expected a folder of an earlier setup, or none, got one with ${basename(readdirSync(folder)[0] ?? '')} in it. ` +
      'Name another one with CROSSMODAL_TENSORFLOW_DIR, or remove it.',
  );
}

async function obtainLibrary(
  folder: string,
  { library, onStep, onProgress, signal }: SetupOptions,
  { run, env, transport }: SetupMachine,
): Promise<TensorflowLibrary> {
  switch (library.from) {
    case 'python':
      return findPythonTensorflow(library.python, run);
    case 'folder':
      return readLibraryFolder(library.folder, 'folder');
    case 'download':
      onStep?.(`downloading TensorFlow's C library ${library.archive.version}`);
      return fetchLibrary(library.archive, libraryFolder(folder, library.archive), {
        run,
        env,
        transport,
        onProgress,
        signal,
      });
  }
}

async function writeRecord(folder: string, setup: TensorflowSetup): Promise<void> {
  await writeFile(join(folder, 'setup.json'), `${JSON.stringify(setup, null, 2)}\n`);
}
