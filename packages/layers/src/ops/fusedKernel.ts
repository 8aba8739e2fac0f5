import { engine, getBackend, getKernel, type Tensor } from '@tensorflow/tfjs-core';

/**
 * Runs a fused kernel if the current backend has one of this name.
 *
 * @param name - name in the kernel registry, such as `'CrossmodalLayerNorm'`
 * @param inputs - the kernel's tensors by name
 * @param attributes - the kernel's numbers by name
 * @returns the kernel's outputs, or `undefined` when there is no such kernel: compose the operation then
 */
export function runFusedKernel(
  name: string,
  inputs: Readonly<Record<string, Tensor>>,
  attributes: Record<string, number> = {},
): Tensor[] | undefined {
  // The declared type promises a kernel, but an unknown name gives undefined.
  const kernel = getKernel(name, getBackend()) as object | undefined;
  if (!kernel) return undefined;
  const outputs = engine().runKernel<Tensor | Tensor[]>(name, { ...inputs }, attributes);
  return Array.isArray(outputs) ? outputs : [outputs];
}
