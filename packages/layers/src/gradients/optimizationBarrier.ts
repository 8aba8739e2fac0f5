import { type Tensor } from '@tensorflow/tfjs-core';
import { runFusedKernel } from '../ops/fusedKernel.js';

/**
 * The same values, which a backend that computes many operations as one graph must take for others: it neither merges what is computed from them with what
 * was computed from `x`, nor computes it before `dependencies` are there. Elsewhere it is nothing.
 *
 * `jax.lax.optimization_barrier`, which holds back the recomputation of `jax.checkpoint` in the same way.
 *
 * @param x - of any shape
 * @param dependencies - what must be computed first
 * @returns `x`, or a new tensor of its shape and dtype in the surrounding `tidy`
 */
export function optimizationBarrier(x: Tensor, dependencies: readonly Tensor[]): Tensor {
  const inputs = Object.fromEntries(dependencies.map((tensor, i) => [`dependency ${i}`, tensor]));
  return runFusedKernel('CrossmodalOptimizationBarrier', { x, ...inputs })?.[0] ?? x;
}
