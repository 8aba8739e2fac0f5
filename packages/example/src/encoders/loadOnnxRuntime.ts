import { createRequire } from 'node:module';
import type * as onnxRuntime from 'onnxruntime-node';

/** The public part of `onnxruntime-node`. */
export type OnnxRuntime = typeof onnxRuntime;

/** The version that is installed with this package where the platform has it. */
export const ONNX_RUNTIME_VERSION = '1.30.0';

/** ONNX Runtime, or why there is none. */
export type OnnxRuntimeLoaded = { readonly runtime: OnnxRuntime } | { readonly problem: string };

/**
 * Loads `onnxruntime-node`, an optional dependency.
 *
 * @param load - imports a CommonJS module by name, for tests
 * @returns the module, or what is wrong with it: not installed, of another version, or installed and not loading
 */
export function loadOnnxRuntime(load: (name: string) => unknown = createRequire(import.meta.url)): OnnxRuntimeLoaded {
  const expected = `onnxruntime-node must be version ${ONNX_RUNTIME_VERSION}`;
  const command = `Run npm install onnxruntime-node@${ONNX_RUNTIME_VERSION}`;
  let version: string;
  try {
    ({ version } = load('onnxruntime-node/package.json') as { version: string }); // npm wrote it
  } catch {
    return { problem: `${expected}, got none. ${command}` };
  }
  if (version !== ONNX_RUNTIME_VERSION) return { problem: `${expected}, got ${version}. ${command}` };
  // It reports its use over the network unless this is set before it starts.
  process.env.ORT_DISABLE_TELEMETRY ??= '1';
  try {
    return { runtime: load('onnxruntime-node') as OnnxRuntime };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const platform = `${process.platform} ${process.arch}`;
    return {
      problem: `onnxruntime-node ${version} must load on ${platform} with Node ${process.version}, got: ${reason}`,
    };
  }
}
