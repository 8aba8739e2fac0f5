import type * as onnxRuntime from 'onnxruntime-node';
import { type ModuleLoader, startOnnxRuntime } from './startOnnxRuntime.js';

/** The public part of `onnxruntime-node`. */
export type OnnxRuntime = typeof onnxRuntime;

/**
 * Loads `onnxruntime-node`, an optional dependency, by the same rules as the backend: one version, and nothing reported over the network.
 *
 * @param load - imports a CommonJS module by name, for tests
 * @returns the package's public part, for models as a whole
 * @throws `OnnxRuntimeUnavailableError` when the package is missing, of another version or does not load
 *
 * @example
 * const { InferenceSession } = loadOnnxRuntime();
 */
export function loadOnnxRuntime(load?: ModuleLoader): OnnxRuntime {
  return startOnnxRuntime({
    where: 'loadOnnxRuntime',
    otherwise: 'go without it',
    start: (from) => from('onnxruntime-node') as OnnxRuntime, // the package's declaration says the same
    load,
  });
}
