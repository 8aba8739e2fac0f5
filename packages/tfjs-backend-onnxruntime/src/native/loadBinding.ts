import { type OnnxRuntimeBinding } from './OnnxRuntimeBinding.js';
import { type ModuleLoader, startOnnxRuntime } from './startOnnxRuntime.js';

/**
 * Loads the native code of `onnxruntime-node`.
 *
 * The public `InferenceSession.run` is a promise around a synchronous call, and kernels of TensorFlow.js are synchronous. So this reaches for the
 * object behind it, `dist/binding.js`, which no promise of stability covers: one version is known to fit, and any other is refused.
 *
 * @param load - imports a CommonJS module by name, for tests
 * @throws `OnnxRuntimeUnavailableError` when the package is missing, of another version or does not load
 */
export function loadBinding(load?: ModuleLoader): OnnxRuntimeBinding {
  return startOnnxRuntime({ where: 'loadBinding', otherwise: 'use the wasm backend', start, load });
}

function start(load: ModuleLoader): OnnxRuntimeBinding {
  // The shape of this version's file.
  const { binding, initOrt } = load('onnxruntime-node/dist/binding.js') as {
    binding: OnnxRuntimeBinding;
    initOrt: () => void;
  };
  initOrt();
  return binding;
}
