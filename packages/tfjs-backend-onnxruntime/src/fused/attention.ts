import { type TensorInfo } from '@tensorflow/tfjs-core';
import { fusedMatMul, productWork } from '../kernels/matrices.js';
import { inputOf, type NativeKernel, type NativeKernels, sizeOf } from '../kernels/NativeKernel.js';
import { elementTypes } from '../model/OnnxModel.js';
import { type KernelModel } from '../model/KernelModel.js';
import { type OnnxRuntimeBackend } from '../OnnxRuntimeBackend.js';

/** A row of the weights is open when some key has a bias above this: half of what masks a key. */
const openAbove = -5e8;

type BiasKind = 'none' | 'open' | 'closedRows';

const weightsModel = (kind: BiasKind, scale: number): KernelModel => ({
  key: `CrossmodalAttentionWeights ${kind} ${scale}`,
  build: (model) => {
    const product = [model.input('query'), model.input('key')];
    const scores = model.node(fusedMatMul, product, { transB: 1, alpha: { fraction: scale } });
    if (kind === 'none') {
      model.output(model.node('Softmax', [scores], { axis: -1 }));
      return;
    }
    const bias = model.input('bias');
    const weights = model.node('Softmax', [model.node('Add', [scores, bias])], { axis: -1 });
    if (kind === 'open') {
      model.output(weights);
      return;
    }
    const best = model.node('ReduceMax', [bias, model.integers([-1])], { keepdims: 1 });
    const isOpen = model.node('Greater', [best, model.scalar(openAbove)]);
    model.output(model.node('Mul', [weights, model.node('Cast', [isOpen], { to: elementTypes.float32 })]));
  },
});

const weightsGradient = (scale: number): KernelModel => ({
  key: `CrossmodalAttentionWeightsGrad ${scale}`,
  build: (model) => {
    const [dy, query, key, weights] = [
      model.input('dy'),
      model.input('query'),
      model.input('key'),
      model.input('weights'),
    ];
    const inflow = model.node('Mul', [dy, weights]);
    const total = model.node('ReduceSum', [inflow, model.integers([-1])], { keepdims: 1 });
    const dScores = model.node('Sub', [inflow, model.node('Mul', [weights, total])]);
    const alpha = { fraction: scale };
    model.output(model.node(fusedMatMul, [dScores, key], { alpha }));
    model.output(model.node(fusedMatMul, [dScores, query], { alpha, transA: 1 }));
  },
});

const weightedSum: KernelModel = {
  key: 'CrossmodalWeightedSum',
  build: (model) => model.output(model.node('MatMul', [model.input('weights'), model.input('value')])),
};

const weightedSumGradient: KernelModel = {
  key: 'CrossmodalWeightedSumGrad',
  build: (model) => {
    const [dy, weights, value] = [model.input('dy'), model.input('weights'), model.input('value')];
    model.output(model.node(fusedMatMul, [dy, value], { transB: 1 }));
    model.output(model.node(fusedMatMul, [weights, dy], { transA: 1 }));
  },
};

const computeWeights: NativeKernel = (call) => {
  const { inputs, attributes, backend } = call;
  const [query, key, bias] = [inputOf(call, 'query'), inputOf(call, 'key'), inputs.bias];
  const kind = bias ? kindOf(backend, bias) : 'none';
  const shape = [...query.shape.slice(0, 3), key.shape[2] ?? 0];
  const model = weightsModel(kind, attributes.scale as number);
  const all = bias ? [query, key, bias] : [query, key];
  return backend.computeOne(model, all, { shape, dtype: 'float32' }, productWork(sizeOf(query) * (key.shape[2] ?? 0)));
};

/** Whether some row is masked throughout: only then must its weights be set to zero. */
function kindOf(backend: OnnxRuntimeBackend, bias: TensorInfo): BiasKind {
  if (backend.isRecording) return 'closedRows';
  const values = backend.valuesOf(bias);
  const length = bias.shape.at(-1) ?? 1;
  for (let begin = 0; begin < values.length; begin += length) {
    let key = begin;
    while (key < begin + length && !((values[key] ?? 0) > openAbove)) key += 1;
    if (key === begin + length) return 'closedRows';
  }
  return 'open';
}

/** Scaled dot-product attention and its gradients. */
export const attentionKernels: NativeKernels = {
  CrossmodalAttentionWeights: computeWeights,
  CrossmodalAttentionWeightsGrad: (call) => {
    const names = ['dy', 'query', 'key', 'weights'];
    const all = names.map((name) => inputOf(call, name));
    const [query, key] = [inputOf(call, 'query'), inputOf(call, 'key')];
    const outputs = [query.shape, key.shape].map((shape) => ({ shape, dtype: 'float32' as const }));
    const work = productWork(2 * sizeOf(query) * (key.shape[2] ?? 0));
    return call.backend.compute(weightsGradient(call.attributes.scale as number), all, outputs, work);
  },
  CrossmodalWeightedSum: (call) => {
    const [weights, value] = [inputOf(call, 'weights'), inputOf(call, 'value')];
    const shape = [...weights.shape.slice(0, 3), value.shape[3] ?? 0];
    const work = productWork(sizeOf(weights) * (value.shape[3] ?? 0));
    return call.backend.computeOne(weightedSum, [weights, value], { shape, dtype: 'float32' }, work);
  },
  CrossmodalWeightedSumGrad: (call) => {
    const [dy, weights, value] = [inputOf(call, 'dy'), inputOf(call, 'weights'), inputOf(call, 'value')];
    const outputs = [weights.shape, value.shape].map((shape) => ({ shape, dtype: 'float32' as const }));
    const work = productWork(2 * sizeOf(weights) * (value.shape[3] ?? 0));
    return call.backend.compute(weightedSumGradient, [dy, weights, value], outputs, work);
  },
};
