import { onnxTypeOf, onnxTypes } from '../graph/OnnxTensor.js';
import type { KernelEmitter } from './KernelEmitter.js';

const reduction =
  (op: string): KernelEmitter =>
  (call, graph) => {
    const { name, shape } = call.value('x');
    // Max has a name of its own for them.
    const given = ['axis', 'reductionIndices'].find(
      (field) => (call.call.attributes[field] ?? undefined) !== undefined,
    );
    const axes = given === undefined ? shape.map((_, axis) => axis) : call.numbers(given);
    return graph.add(op, [name, graph.integers(axes)], { keepdims: call.flag('keepDims') ? 1 : 0 });
  };

const position =
  (op: string): KernelEmitter =>
  (call, graph) => {
    const { name, shape, dtype } = call.value('x');
    // Not every runtime compares truth values.
    const x = dtype === 'bool' ? graph.add('Cast', [name], { to: onnxTypes.int32 }) : name;
    const axis = call.numbers('axis')[0] ?? shape.length - 1;
    return graph.add('Cast', [graph.add(op, [x], { axis, keepdims: 0 })], { to: onnxTypes[onnxTypeOf(call.dtype)] });
  };

const softmax =
  (op: string): KernelEmitter =>
  (call, graph) =>
    graph.add(op, [call.name('logits')], { axis: -1 });

/** Kernels that make fewer numbers of many, and those that compare a number with all of its row. */
export const reductions: Readonly<Record<string, KernelEmitter>> = {
  Max: reduction('ReduceMax'),
  Mean: reduction('ReduceMean'),
  Min: reduction('ReduceMin'),
  Prod: reduction('ReduceProd'),
  Sum: reduction('ReduceSum'),
  ArgMax: position('ArgMax'),
  ArgMin: position('ArgMin'),
  Softmax: softmax('Softmax'),
  LogSoftmax: softmax('LogSoftmax'),
  Cumsum: (call, graph) =>
    graph.add('CumSum', [call.name('x'), graph.integers([call.number('axis')])], {
      exclusive: call.flag('exclusive') ? 1 : 0,
      reverse: call.flag('reverse') ? 1 : 0,
    }),
};
