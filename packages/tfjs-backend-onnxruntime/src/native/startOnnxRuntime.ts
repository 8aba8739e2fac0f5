import { createRequire } from 'node:module';
import { OnnxRuntimeUnavailableError } from './OnnxRuntimeUnavailableError.js';

/** The one version of `onnxruntime-node` whose synchronous entry is known; others are refused. */
export const onnxRuntimeVersion = '1.30.0';

const install = `npm install onnxruntime-node@${onnxRuntimeVersion}`;

/** Imports a CommonJS module by name. */
export type ModuleLoader = (name: string) => unknown;

/** How {@link startOnnxRuntime} starts. */
export interface StartOptions<T> {
  /** Who asks, for errors. */
  readonly where: string;
  /** What the caller's user can do without ONNX Runtime, for errors. */
  readonly otherwise: string;
  /** Loads what is wanted of the package. */
  readonly start: (load: ModuleLoader) => T;
  /** For tests; default resolves from this package. */
  readonly load?: ModuleLoader | undefined;
}

/**
 * Starts the installed `onnxruntime-node`, if it is of the right version; no other version's code is loaded. Sets `ORT_DISABLE_TELEMETRY=1` for this
 * process unless that variable is set; worker threads must inherit it, for theirs does not reach native code.
 *
 * @returns what `start` returns
 * @throws {@link OnnxRuntimeUnavailableError} when the package is missing, of another version or does not load
 */
export function startOnnxRuntime<T>({
  where,
  otherwise,
  start,
  load = createRequire(import.meta.url),
}: StartOptions<T>): T {
  const version = readVersion(where, load);
  if (version !== onnxRuntimeVersion) {
    throw new OnnxRuntimeUnavailableError(
      'version',
      `${where}: onnxruntime-node must be version ${onnxRuntimeVersion}, got ${version}. Run ${install}`,
    );
  }
  // ONNX Runtime reports its use over the network unless this is set before it starts, and keeps a device id in the cache folder.
  process.env.ORT_DISABLE_TELEMETRY ??= '1';
  try {
    return start(load);
  } catch (cause) {
    const platform = `${process.platform} ${process.arch}`;
    throw new OnnxRuntimeUnavailableError(
      'broken',
      `${where}: onnxruntime-node ${version} must load on ${platform} with Node ${process.version}, got: ` +
        `${firstLine(cause)}. Run ${install}, or ${otherwise}`,
      { cause },
    );
  }
}

function readVersion(where: string, load: ModuleLoader): string {
  try {
    return (load('onnxruntime-node/package.json') as { version: string }).version; // npm wrote it
  } catch (cause) {
    throw new OnnxRuntimeUnavailableError(
      'missing',
      `${where}: onnxruntime-node must be installed, got none. Run ${install}`,
      { cause },
    );
  }
}

/** The lines that Node adds are a list of files. */
function firstLine(cause: unknown): string {
  const [line = ''] = (cause instanceof Error ? cause.message : String(cause)).split('\n');
  return line;
}
