import { float32Scalar, onnxTypes } from '../graph/OnnxTensor.js';
import type { GraphBuilder } from '../graph/GraphBuilder.js';
import { openAbove } from '../trace/tracingKernels.js';
import type { KernelEmitter, KernelReader, OnnxValue } from './KernelEmitter.js';

/** Products of matrices, and what is made of them. */
export const matrices: Readonly<Record<string, KernelEmitter>> = {
  BatchMatMul: (call, graph) => product(call, graph),
  _FusedMatMul: (call, graph) => {
    const plain = product(call, graph);
    const shifted = call.has('bias') ? graph.add('Add', [plain, call.name('bias')]) : plain;
    const activation = call.word('activation', 'linear');
    if (activation === 'linear') return shifted;
    const op = { relu: 'Relu', sigmoid: 'Sigmoid', elu: 'Elu' }[activation];
    if (op === undefined) throw call.error(`activation "${activation}" has no counterpart`);
    return graph.add(op, [shifted]);
  },
  CrossmodalLinear: (call, graph) => {
    const bias = call.has('bias') ? [call.name('bias')] : [];
    return graph.add('Gemm', [call.name('x'), call.name('weight'), ...bias], { transB: 1 });
  },
  CrossmodalLayerNorm: (call, graph) =>
    graph.add('LayerNormalization', [call.name('x'), call.name('weight'), call.name('bias')], {
      axis: -1,
      epsilon: call.number('epsilon'),
    }),
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

function product(call: KernelReader, graph: GraphBuilder): string {
  const a = call.flag('transposeA') ? swapLastAxes(call.value('a'), graph) : call.name('a');
  const b = call.flag('transposeB') ? swapLastAxes(call.value('b'), graph) : call.name('b');
  return graph.add('MatMul', [a, b]);
}

function swapLastAxes({ name, shape }: OnnxValue, graph: GraphBuilder): string {
  const axes = shape.map((_, axis) => axis);
  const perm = [...axes.slice(0, -2), axes.length - 1, axes.length - 2];
  return graph.add('Transpose', [name], { perm });
}
