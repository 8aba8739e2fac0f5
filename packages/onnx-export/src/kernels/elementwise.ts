import { float32Scalar, onnxTypeOf, onnxTypes } from '../graph/OnnxTensor.js';
import type { KernelEmitter } from './KernelEmitter.js';

const unary =
  (op: string): KernelEmitter =>
  (call, graph) =>
    graph.add(op, [call.name('x')]);

const binary =
  (op: string): KernelEmitter =>
  (call, graph) =>
    graph.add(op, [call.name('a'), call.name('b')]);

/** Kernels that look at one element at a time, or at two with broadcasting. */
export const elementwise: Readonly<Record<string, KernelEmitter>> = {
  Abs: unary('Abs'),
  Ceil: unary('Ceil'),
  Cos: unary('Cos'),
  Erf: unary('Erf'),
  Exp: unary('Exp'),
  Floor: unary('Floor'),
  Log: unary('Log'),
  LogicalNot: unary('Not'),
  Neg: unary('Neg'),
  Reciprocal: unary('Reciprocal'),
  Relu: unary('Relu'),
  Sigmoid: unary('Sigmoid'),
  Sign: unary('Sign'),
  Sin: unary('Sin'),
  Softplus: unary('Softplus'),
  Sqrt: unary('Sqrt'),
  Tanh: unary('Tanh'),
  Rsqrt: (call, graph) => graph.add('Reciprocal', [graph.add('Sqrt', [call.name('x')])]),
  Square: (call, graph) => graph.add('Mul', [call.name('x'), call.name('x')]),
  Step: (call, graph) => {
    if (call.number('alpha', 0) !== 0) throw call.error('alpha must be 0');
    const above = graph.add('Greater', [call.name('x'), graph.constant(float32Scalar(0))]);
    return graph.add('Cast', [above], { to: onnxTypes.float32 });
  },
  LeakyRelu: (call, graph) => graph.add('LeakyRelu', [call.name('x')], { alpha: call.number('alpha') }),
  ClipByValue: (call, graph) =>
    graph.add('Clip', [
      call.name('x'),
      graph.constant(float32Scalar(call.number('clipValueMin'))),
      graph.constant(float32Scalar(call.number('clipValueMax'))),
    ]),
  Cast: (call, graph) => graph.add('Cast', [call.name('x')], { to: onnxTypes[onnxTypeOf(call.dtype)] }),
  CrossmodalGelu: unary('Gelu'),
  CrossmodalQuickGelu: (call, graph) => {
    const x = call.name('x');
    const steepness = graph.constant(float32Scalar(1.702));
    return graph.add('Mul', [x, graph.add('Sigmoid', [graph.add('Mul', [x, steepness])])]);
  },

  Add: binary('Add'),
  Sub: binary('Sub'),
  Multiply: binary('Mul'),
  RealDiv: binary('Div'),
  Pow: binary('Pow'),
  Maximum: binary('Max'),
  Minimum: binary('Min'),
  SquaredDifference: (call, graph) => {
    const difference = graph.add('Sub', [call.name('a'), call.name('b')]);
    return graph.add('Mul', [difference, difference]);
  },
  Equal: binary('Equal'),
  Greater: binary('Greater'),
  GreaterEqual: binary('GreaterOrEqual'),
  Less: binary('Less'),
  LessEqual: binary('LessOrEqual'),
  LogicalAnd: binary('And'),
  LogicalOr: binary('Or'),
  NotEqual: (call, graph) => graph.add('Not', [graph.add('Equal', [call.name('a'), call.name('b')])]),
  Select: (call, graph) => graph.add('Where', [call.name('condition'), call.name('t'), call.name('e')]),
};
