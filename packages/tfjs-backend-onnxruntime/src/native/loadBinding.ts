import { createRequire } from 'node:module';
import { type OnnxRuntimeBinding } from './OnnxRuntimeBinding.js';
import { OnnxRuntimeUnavailableError } from './OnnxRuntimeUnavailableError.js';

/** The one version of `onnxruntime-node` whose synchronous entry is known; others are refused. */
export const onnxRuntimeVersion = '1.30.0';

const install = `npm install onnxruntime-node@${onnxRuntimeVersion}`;

/**
 * Loads the native code of `onnxruntime-node`.
 *
 * The public `InferenceSession.run` is a promise around a synchronous call, and kernels of TensorFlow.js are synchronous. So this reaches for the
 * object behind it, `dist/binding.js`, which no promise of stability covers: one version is known to fit, and any other is refused. Sets
 * `ORT_DISABLE_TELEMETRY=1` for this process unless that variable is set; worker threads must inherit it, for theirs does not reach native code.
 *
 * @param load - imports a CommonJS module by name, for tests
 * @throws {@link OnnxRuntimeUnavailableError} when the package is missing, of another version or does not load
 */
export function loadBinding(load: (name: string) => unknown = createRequire(import.meta.url)): OnnxRuntimeBinding {
  const version = readVersion(load);
  if (version !== onnxRuntimeVersion) {
    throw new OnnxRuntimeUnavailableError(
      'version',
      `loadBinding: onnxruntime-node must be version ${onnxRuntimeVersion}, got ${version}. Run ${install}`,
    );
  }
  // ONNX Runtime reports its use over the network unless this is set before it starts, and keeps a device id in the cache folder.
  process.env.ORT_DISABLE_TELEMETRY ??= '1';
  try {
    // The shape of this version's file.
    const { binding, initOrt } = load('onnxruntime-node/dist/binding.js') as {
      binding: OnnxRuntimeBinding;
      initOrt: () => void;
    };
    initOrt();
    return binding;
  } catch (cause) {
    const platform = `${process.platform} ${process.arch}`;
    throw new OnnxRuntimeUnavailableError(
      'broken',
      `loadBinding: onnxruntime-node ${version} must load on ${platform} with Node ${process.version}, got: ` +
        `${firstLine(cause)}. Run ${install}, or use the wasm backend.`,
      { cause },
    );
  }
}

function readVersion(load: (name: string) => unknown): string {
  try {
    return (load('onnxruntime-node/package.json') as { version: string }).version;
  } catch (cause) {
    throw new OnnxRuntimeUnavailableError(
      'missing',
      `loadBinding: onnxruntime-node must be installed, got none. Run ${install}`,
      { cause },
    );
  }
}

/** The lines that Node adds are a list of files. */
function firstLine(cause: unknown): string {
  const [line = ''] = (cause instanceof Error ? cause.message : String(cause)).split('\n');
  return line;
}
