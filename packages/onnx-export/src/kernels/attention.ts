import { float32Scalar, onnxTypes } from '../graph/OnnxTensor.js';
import { openAbove } from '../trace/tracingKernels.js';
import type { KernelEmitter } from './KernelEmitter.js';
import { swapLastAxes } from './swapLastAxes.js';

/** Attention of `@crossmodal/layers`. */
export const attention: Readonly<Record<string, KernelEmitter>> = {
  CrossmodalAttentionWeights: (call, graph) => {
    const scaled = graph.add('Mul', [call.name('query'), graph.constant(float32Scalar(call.number('scale')))]);
    const scores = graph.add('MatMul', [scaled, swapLastAxes(call.value('key'), graph)]);
    if (!call.has('bias')) return graph.add('Softmax', [scores], { axis: -1 });
    const bias = call.name('bias');
    const weights = graph.add('Softmax', [graph.add('Add', [scores, bias])], { axis: -1 });
    const best = graph.add('ReduceMax', [bias, graph.integers([-1])], { keepdims: 1 });
    const isOpen = graph.add('Greater', [best, graph.constant(float32Scalar(openAbove))]);
    return graph.add('Mul', [weights, graph.add('Cast', [isOpen], { to: onnxTypes.float32 })]);
  },
  CrossmodalWeightedSum: (call, graph) => graph.add('MatMul', [call.name('weights'), call.name('value')]),
};
