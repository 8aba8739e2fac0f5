import { runFusedKernel } from '@crossmodal/layers';
import {
  add,
  addN,
  div,
  minimum,
  mul,
  scalar,
  sqrt,
  square,
  sum,
  tidy,
  type Scalar,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { groupIntoPacks, packTensors } from './packTensors.js';

/** What {@link clipByGlobalNorm} gives back; new tensors, the caller disposes all of them. */
export interface ClippedGradients {
  /** By path, scaled by `min(1, maxNorm / (norm + 1e-6))`. */
  readonly gradients: Map<string, Tensor>;
  /** The norm before clipping; scalar float32. */
  readonly norm: Scalar;
}

/**
 * Scales all gradients by one factor so that their common norm is at most `maxNorm`; equal to PyTorch's `clip_grad_norm_`.
 *
 * Nothing is read back: the factor stays on the backend.
 *
 * @param gradients - by path; they stay the caller's
 * @param maxNorm - above 0
 * @throws RangeError when `maxNorm` is not above 0
 */
export function clipByGlobalNorm(gradients: ReadonlyMap<string, Tensor>, maxNorm: number): ClippedGradients {
  if (!(maxNorm > 0)) throw new RangeError(`clipByGlobalNorm: maxNorm must be above 0, got ${maxNorm}.`);
  const norm = globalNorm(gradients);
  // The small number is PyTorch's.
  const factor = tidy(() => minimum(div<Scalar>(maxNorm, add(norm, 1e-6)), 1));
  const clipped = new Map([...gradients].map(([path, gradient]) => [path, mul(gradient, factor)]));
  factor.dispose();
  return { gradients: clipped, norm };
}

/**
 * The Euclidean norm of all gradients as one vector.
 *
 * @param gradients - by path; they stay the caller's
 * @returns scalar float32; new tensor, the caller disposes it
 */
export function globalNorm(gradients: ReadonlyMap<string, Tensor>): Scalar {
  return tidy(() => {
    const inputs = Object.fromEntries([...gradients.values()].map((gradient, i) => [`gradient${i}`, gradient]));
    const [fused] = runFusedKernel('CrossmodalGlobalNorm', inputs) ?? [];
    if (fused) return fused as Scalar; // by the kernel's contract
    const packs = groupIntoPacks([...gradients.values()], ({ size }) => size);
    if (packs.length === 0) return scalar(0);
    return sqrt(addN(packs.map((pack) => tidy(() => sum<Scalar>(square(packTensors(pack)))))));
  });
}
