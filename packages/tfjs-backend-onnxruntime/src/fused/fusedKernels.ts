import { type TensorInfo } from '@tensorflow/tfjs-core';
import { type KernelCall, type NativeKernel, type NativeKernels } from '../kernels/NativeKernel.js';
import { activationKernels } from './activations.js';
import { adamWKernels } from './adamW.js';
import { attentionKernels } from './attention.js';
import { crossEntropyKernels } from './crossEntropy.js';
import { dropoutKernels } from './dropout.js';
import { embeddingKernels } from './embedding.js';
import { largestDifferenceKernels } from './largestDifference.js';
import { layerNormKernels } from './layerNorm.js';
import { linearKernels } from './linear.js';
import { optimizationBarrierKernels } from './optimizationBarrier.js';

/** A kernel that answers in every case. */
export type FusedKernel = (call: KernelCall) => TensorInfo | TensorInfo[];

const kernels: NativeKernels = {
  ...activationKernels,
  ...adamWKernels,
  ...attentionKernels,
  ...crossEntropyKernels,
  ...dropoutKernels,
  ...embeddingKernels,
  ...largestDifferenceKernels,
  ...layerNormKernels,
  ...linearKernels,
  ...optimizationBarrierKernels,
};

/** The operations of `@crossmodal/layers` and `@crossmodal/training` as one kernel each. They look these names up and compose where there are none. */
export const fusedKernels: Readonly<Record<string, FusedKernel>> = Object.fromEntries(
  Object.entries(kernels).map(([name, kernel]) => [name, (call: KernelCall) => required(name, kernel, call)]),
);

function required(name: string, kernel: NativeKernel, call: KernelCall): TensorInfo | TensorInfo[] {
  const made = kernel(call);
  if (!made) throw new TypeError(`${name}: the kernel must compute every case, but not this one.`);
  return made;
}
