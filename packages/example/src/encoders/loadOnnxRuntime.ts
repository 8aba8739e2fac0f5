import {
  loadOnnxRuntime as load,
  type ModuleLoader,
  type OnnxRuntime,
  OnnxRuntimeUnavailableError,
} from '@crossmodal/tfjs-backend-onnxruntime/runtime';

/** ONNX Runtime, or why there is none. */
export type OnnxRuntimeLoaded = { readonly runtime: OnnxRuntime } | { readonly problem: string };

/**
 * Loads `onnxruntime-node`, an optional dependency.
 *
 * @param from - imports a CommonJS module by name, for tests
 * @returns the module, or what is wrong with it: not installed, of another version, or installed and not loading
 */
export function loadOnnxRuntime(from?: ModuleLoader): OnnxRuntimeLoaded {
  try {
    return { runtime: load(from) };
  } catch (error) {
    if (error instanceof OnnxRuntimeUnavailableError) return { problem: error.message };
    throw error;
  }
}
