import {
  engine,
  getKernel,
  type KernelFunc,
  registerKernel,
  type Tensor,
  type TensorInfo,
} from '@tensorflow/tfjs-core';

import { gelu, geluGrad, quickGelu, quickGeluGrad } from './activations.js';
import { adamW, type AdamWName } from './adamW.js';
import { attentionWeights, attentionWeightsGrad } from './attention.js';
import { layerNorm, layerNormGrad } from './layerNorm.js';
import { type GpuRunner } from './runGpuProgram.js';

/** A kernel with the tensors and numbers that `@crossmodal/layers` and `@crossmodal/training` give it. */
type FusedKernel<Name extends string, Attribute extends string = never> = (
  runner: GpuRunner,
  inputs: Readonly<Record<Name, Tensor>>,
  attributes: Readonly<Record<Attribute, number>>,
) => TensorInfo | TensorInfo[];

/**
 * Registers fused kernels of `@crossmodal/layers`' operations and of AdamW for webgpu: GELU, quick GELU, layer normalization, the softmax of attention, each with its
 * gradient. They do in one to three passes over memory what takes four to eleven without them. Values agree within rounding.
 *
 * Not measured on a GPU yet, so that nothing registers them by itself. Empty tensors are the backend's own business.
 *
 * @example
 * await startBackend('webgpu');
 * registerFusedWebGpuKernels();
 */
export function registerFusedWebGpuKernels(): void {
  const kernels: Readonly<Record<string, KernelFunc>> = {
    CrossmodalGelu: kernel<'x'>((runner, { x }) => gelu(runner, x)),
    CrossmodalGeluGrad: kernel<'dy' | 'x'>((runner, { dy, x }) => [geluGrad(runner, dy, x)]),
    CrossmodalQuickGelu: kernel<'x'>((runner, { x }) => quickGelu(runner, x)),
    CrossmodalQuickGeluGrad: kernel<'dy' | 'x'>((runner, { dy, x }) => [quickGeluGrad(runner, dy, x)]),
    CrossmodalLayerNorm: kernel<'x' | 'weight' | 'bias', 'epsilon'>((runner, inputs, { epsilon }) =>
      layerNorm(runner, inputs, epsilon),
    ),
    CrossmodalLayerNormGrad: kernel<'dy' | 'normalized' | 'inverse' | 'weight'>(layerNormGrad),
    CrossmodalAttentionWeights: kernel<'query' | 'key' | 'bias', 'scale'>((runner, inputs, { scale }) =>
      attentionWeights(runner, inputs, scale),
    ),
    CrossmodalAttentionWeightsGrad: kernel<'dy' | 'query' | 'key' | 'weights', 'scale'>((runner, inputs, { scale }) =>
      attentionWeightsGrad(runner, inputs, scale, toTensor),
    ),
    CrossmodalAdamW: kernel<'parameter' | 'gradient' | 'first' | 'second', AdamWName>(adamW),
  };
  for (const [kernelName, kernelFunc] of Object.entries(kernels)) {
    // The declared type promises a kernel, but an unknown name gives undefined.
    if (getKernel(kernelName, 'webgpu') as object | undefined) continue;
    registerKernel({ kernelName, backendName: 'webgpu', kernelFunc });
  }
}

/** The registry knows neither the names of inputs and attributes nor which backend it is. */
function kernel<Name extends string, Attribute extends string = never>(run: FusedKernel<Name, Attribute>): KernelFunc {
  return ({ inputs, backend, attrs }) =>
    run(
      backend as GpuRunner,
      inputs as unknown as Record<Name, Tensor>,
      (attrs ?? {}) as unknown as Record<Attribute, number>,
    );
}

function toTensor({ dataId, shape, dtype }: TensorInfo): Tensor {
  return engine().makeTensorFromTensorInfo({ dataId, shape, dtype });
}
