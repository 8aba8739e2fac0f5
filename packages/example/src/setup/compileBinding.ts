import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type RunProcess } from './runProcess.js';
import { SetupError } from './SetupError.js';
import { type TensorflowLibrary } from './TensorflowLibrary.js';

/** What {@link compileBinding} needs. */
export interface CompileOptions {
  /** Folder of `@tensorflow/tfjs-node`; its folder `binding` holds the sources. */
  readonly packageFolder: string;
  readonly library: TensorflowLibrary;
  /** Folder with `node_api.h`. */
  readonly nodeHeaders: string;
  /** `CXX` names the compiler; default `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly run: RunProcess;
}

/** Version of Node-API that the sources are written for; every Node.js from 12.22 has it. */
export const NODE_API = 8;

const SOURCES = ['tfjs_backend.cc', 'tfjs_binding.cc'];

/**
 * Compiles the native part of `@tensorflow/tfjs-node`, two C++ files, against a TensorFlow of this machine: what node-gyp would do, without its
 * download of headers.
 *
 * @param target - path of the file `tfjs_binding.node` to make
 * @param options - sources, headers and libraries
 * @returns the first line in which the compiler names itself
 * @throws SetupError when there is no compiler, a header is missing, or the compiler refuses
 */
export async function compileBinding(target: string, options: CompileOptions): Promise<string> {
  const { packageFolder, library, nodeHeaders, env = process.env, run } = options;
  const sources = SOURCES.map((name) => join(packageFolder, 'binding', name));
  const missing = sources.find((source) => !existsSync(source));
  if (missing !== undefined) {
    throw new SetupError(
      'package',
      `compileBinding: expected the source ${missing}, it is not there. Reinstall the package.`,
    );
  }
  const { compiler, version } = await findCompiler(env, run);
  const forwarded = join(dirname(target), 'include');
  const includes = [...(await forwardHeaders(library.include, forwarded)), library.include, nodeHeaders];
  const folder = dirname(library.libraries[0] ?? '');
  const { status, stderr } = await run(compiler, [
    ...['-std=c++17', '-O2', '-fPIC', '-w', `-DNAPI_VERSION=${NODE_API}`, '-DBUILDING_NODE_EXTENSION'],
    ...includes.map((include) => `-I${include}`),
    ...sources,
    // Node.js itself supplies the functions of Node-API when it loads the file.
    ...(process.platform === 'darwin' ? ['-bundle', '-undefined', 'dynamic_lookup'] : ['-shared']),
    ...library.libraries,
    `-Wl,-rpath,${folder}`,
    ...['-o', target],
  ]);
  if (status !== 0) {
    const said = stderr.split('\n').filter((line) => /error|cannot find/i.test(line));
    throw new SetupError(
      'compiler',
      `compileBinding: ${compiler} must compile ${basename(packageFolder)}, it ended with ${status}: ` +
        (said.slice(0, 3).join(' ').trim() || stderr.trim().slice(0, 300)),
    );
  }
  return version;
}

async function findCompiler(
  env: Readonly<Record<string, string | undefined>>,
  run: RunProcess,
): Promise<{ compiler: string; version: string }> {
  const candidates = env.CXX ? [env.CXX] : ['g++', 'clang++', 'c++'];
  for (const compiler of candidates) {
    const { status, stdout } = await run(compiler, ['--version']);
    if (status === 0) return { compiler, version: stdout.split('\n')[0]?.trim() ?? compiler };
  }
  throw new SetupError(
    'compiler',
    `compileBinding: expected a C++ compiler, none of ${candidates.join(', ')} runs${env.CXX ? ' (from CXX)' : ''}. ` +
      'Install one: sudo apt-get install g++ (Debian, Ubuntu), sudo dnf install gcc-c++ (Fedora), xcode-select --install (macOS).',
  );
}

/**
 * The sources include a header that moved between versions of TensorFlow; where only the new place has it, a file of one line leads there.
 *
 * @returns folders to search before TensorFlow's own
 */
async function forwardHeaders(include: string, folder: string): Promise<string[]> {
  const wanted = 'tensorflow/core/platform/ctstring_internal.h';
  if (existsSync(join(include, wanted))) return [];
  const places = ['tsl', 'xla/tsl', 'tensorflow/tsl'].map((place) => `${place}/platform/ctstring_internal.h`);
  const found = places.find((place) => existsSync(join(include, place)));
  if (found === undefined) {
    throw new SetupError(
      'headers',
      `compileBinding: expected ${[wanted, ...places].join(' or ')} in ${include}, none is there. Use the archive of the C library, or --from-python.`,
    );
  }
  await mkdir(dirname(join(folder, wanted)), { recursive: true });
  await writeFile(join(folder, wanted), `#include "${found}"\n`);
  return [folder];
}
