import { tensorflowSetupFolder } from './tensorflowSetupFolder.js';
import { type TensorflowDevice, type TensorflowSetup, type TensorflowSetupState } from './TensorflowSetup.js';

/** What {@link findTensorflowSetup} looks at. */
export interface FindTensorflowSetupOptions {
  /** Variables that name the folder; default `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The installed version of an npm package, or undefined; default: as it is found from this package. */
  readonly installedVersion?: (packageName: string) => string | undefined;
}

/**
 * Says whether native TensorFlow is set up on this machine, and whether what was set up is still whole: the file that was built has its hash, the
 * libraries lie where they lay and have their length, and the npm package is the one it was built for. Loads none of it.
 *
 * @param device - the build for processors or for graphics processors
 * @param options - the machine
 */
export function findTensorflowSetup(
  device: TensorflowDevice,
  { env = process.env, installedVersion = versionFromHere }: FindTensorflowSetupOptions = {},
): TensorflowSetupState {
  const { existsSync, readFileSync } = process.getBuiltinModule('node:fs');
  const path = process.getBuiltinModule('node:path');
  const folder = tensorflowSetupFolder(device, env);
  const record = path.join(folder, 'setup.json');
  const absent: TensorflowSetupState = { state: 'absent', folder };
  if (!existsSync(record)) return absent;
  const setup = parse(readFileSync(record, 'utf8'));
  const ofDevice = setup?.packageName.endsWith('-gpu') === true ? 'gpu' : 'cpu';
  // CROSSMODAL_TENSORFLOW_DIR names one folder for both.
  if (setup && ofDevice !== device) return absent;
  const bindingPath = path.join(folder, 'tfjs_binding.node');
  const reason = setup ? whatChanged(setup, bindingPath, installedVersion) : `${record} cannot be read`;
  if (setup && reason === undefined) return { state: 'ready', folder, bindingPath, setup };
  return { state: 'broken', folder, reason: reason ?? '', command: setupCommand(device) };
}

/** The command that sets native TensorFlow up. */
export function setupCommand(device: TensorflowDevice): string {
  return `crossmodal setup tensorflow${device === 'gpu' ? ' --gpu' : ''}`;
}

function parse(text: string): TensorflowSetup | undefined {
  try {
    const setup = JSON.parse(text) as Partial<TensorflowSetup> | null; // checked below
    const isWhole =
      setup?.formatVersion === 1 &&
      typeof setup.packageName === 'string' &&
      typeof setup.binding?.sha256 === 'string' &&
      Array.isArray(setup.libraries);
    return isWhole ? (setup as TensorflowSetup) : undefined; // written by our own command
  } catch {
    return undefined;
  }
}

function whatChanged(
  { packageName, packageVersion, libraries, binding }: TensorflowSetup,
  bindingPath: string,
  installedVersion: (packageName: string) => string | undefined,
): string | undefined {
  const { existsSync, readFileSync, statSync } = process.getBuiltinModule('node:fs');
  const { createHash } = process.getBuiltinModule('node:crypto');
  if (!existsSync(bindingPath)) return `${bindingPath} is gone`;
  if (createHash('sha256').update(readFileSync(bindingPath)).digest('hex') !== binding.sha256) {
    return `${bindingPath} is not what was built`;
  }
  for (const { path, bytes } of libraries) {
    if (!existsSync(path)) return `the library ${path} is gone`;
    const found = statSync(path).size;
    if (found !== bytes) return `the library ${path} is another one now (${found} bytes, it had ${bytes})`;
  }
  const installed = installedVersion(packageName);
  if (installed !== undefined && installed !== packageVersion) {
    return `it was built for ${packageName} ${packageVersion}, and ${installed} is installed`;
  }
  return undefined;
}

function versionFromHere(packageName: string): string | undefined {
  const { createRequire } = process.getBuiltinModule('node:module');
  try {
    const manifest = createRequire(import.meta.url)(`${packageName}/package.json`) as { readonly version?: string }; // npm requires one
    return manifest.version;
  } catch {
    return undefined;
  }
}
