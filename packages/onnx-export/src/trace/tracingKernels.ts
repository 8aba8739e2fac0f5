import {
  add,
  erf,
  gatherND,
  type KernelConfig,
  matMul,
  max,
  mean,
  mul,
  rsqrt,
  sigmoid,
  softmax,
  square,
  step,
  sub,
  type Tensor,
  transpose,
} from '@tensorflow/tfjs-core';

/** A kernel of `@crossmodal/layers` as ordinary operations. */
type Composition = (inputs: Readonly<Record<string, Tensor>>, attributes: Readonly<Record<string, number>>) => Tensor[];

/**
 * The fused kernels that `@crossmodal/layers` looks for, so that a trace holds one call for each of them. Only those of a forward pass.
 */
const compositions: Readonly<Record<string, Composition>> = {
  CrossmodalLinear: ({ x, weight, bias }) => {
    const product = matMul(at(x), transpose(at(weight)));
    return [bias ? add(product, bias) : product];
  },
  CrossmodalLayerNorm: ({ x, weight, bias }, { epsilon = 0 }) => {
    const centered = sub(at(x), mean(at(x), -1, true));
    const inverse = rsqrt(add(mean(square(centered), -1, true), epsilon));
    const normalized = mul(centered, inverse);
    return [add(mul(normalized, at(weight)), at(bias)), normalized, inverse];
  },
  CrossmodalAttentionWeights: ({ query, key, bias }, { scale = 1 }) => {
    const scores = matMul(mul(at(query), scale), transpose(at(key), [0, 1, 3, 2]));
    if (!bias) return [softmax(scores)];
    return [mul(softmax(add(scores, bias)), step(sub(max(bias, -1, true), openAbove)))];
  },
  CrossmodalWeightedSum: ({ weights, value }) => [matMul(at(weights), at(value))],
  CrossmodalGelu: ({ x }) => [mul(mul(at(x), 0.5), add(erf(mul(at(x), Math.SQRT1_2)), 1))],
  CrossmodalQuickGelu: ({ x }) => [mul(at(x), sigmoid(mul(at(x), 1.702)))],
  CrossmodalEmbeddingLookup: ({ table, indices }) => [gatherND(at(table), at(indices))],
};

/** A row of attention is open when some key has a bias above this: half of what masks a key. */
export const openAbove = -5e8;

/** Those kernels for any backend. */
export const tracingKernels: readonly Omit<KernelConfig, 'backendName'>[] = Object.entries(compositions).map(
  ([kernelName, compose]) => ({
    kernelName,
    kernelFunc: ({ inputs, attrs }) =>
      compose(inputs as unknown as Record<string, Tensor>, (attrs ?? {}) as unknown as Record<string, number>),
  }),
);

function at(tensor: Tensor | undefined): Tensor {
  if (!tensor) throw new TypeError('a fused kernel was called without one of its tensors.');
  return tensor;
}
