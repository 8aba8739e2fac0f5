import { backend_util, type TensorInfo, util } from '@tensorflow/tfjs-core';
import { type KernelModel } from '../model/KernelModel.js';
import { type Attributes, type ModelWriter } from '../model/OnnxModel.js';
import { areFloats, inputOf, type KernelCall, type NativeKernel, type NativeKernels, sizeOf } from './NativeKernel.js';

/** Operations that a value costs: a plain one, and one that is a series. */
const plain = 1;
const series = 16;

/** Writes the nodes between `x` and the output. */
type WriteUnary = (model: ModelWriter, x: string, y: string) => void;

function unary(name: string, work: number, write: WriteUnary, keyOf?: (call: KernelCall) => string): NativeKernel {
  return (call) => {
    const x = inputOf(call, 'x');
    const total = sizeOf(x) * work;
    if (total < call.backend.smallestWork || sizeOf(x) === 0 || !areFloats(call.backend, x)) return undefined;
    return call.backend.computeOne(unaryModel(name + (keyOf?.(call) ?? ''), write), [x], floatLike(x), total);
  };
}

function unaryModel(key: string, write: WriteUnary): KernelModel {
  return {
    key,
    build: (model) => {
      write(model, model.input('x'), 'y');
      model.output('y');
    },
  };
}

const operator =
  (name: string, attributes?: Attributes): WriteUnary =>
  (model, x, y) =>
    void model.node(name, [x], attributes, y);

function binary(name: string, type: 'float32' | 'bool', write: (model: ModelWriter, y: string) => void): NativeKernel {
  const model: KernelModel = {
    key: name,
    build: (built) => {
      built.input('a');
      built.input('b');
      write(built, 'y');
      built.output('y', type);
    },
  };
  return ({ inputs: { a, b }, backend }) => {
    if (!a || !b || !areFloats(backend, a, b)) return undefined;
    const shape = backend_util.assertAndGetBroadcastShape(a.shape, b.shape);
    const work = util.sizeFromShape(shape) * (sizeOf(a) === sizeOf(b) ? plain : broadcast);
    if (work < backend.smallestWork || work === 0) return undefined;
    return backend.computeOne(model, [a, b], { shape, dtype: type }, work);
  };
}
/** JavaScript finds every value's place anew when shapes differ. */
const broadcast = 8;

const both =
  (name: string) =>
  (model: ModelWriter, y: string): void =>
    void model.node(name, ['a', 'b'], {}, y);

const addN: NativeKernel = ({ inputs, backend }) => {
  const terms = Object.values(inputs).filter((term): term is TensorInfo => term !== undefined);
  const [first] = terms;
  if (!first || !areFloats(backend, ...terms)) return undefined;
  const work = sizeOf(first) * terms.length;
  if (work < backend.smallestWork || work === 0) return undefined;
  const model: KernelModel = {
    key: `AddN ${terms.length}`,
    build: (built) => {
      const names = terms.map((_, i) => built.input(`x${i}`));
      built.output(built.node('Sum', names));
    },
  };
  return backend.computeOne(model, terms, floatLike(first), work);
};

const select: NativeKernel = ({ inputs: { condition, t, e }, backend }) => {
  if (!condition || !t || !e || !areFloats(backend, t, e) || !backend.isNative(condition)) return undefined;
  const work = sizeOf(t);
  const fits = condition.dtype === 'bool' && condition.shape.join() === t.shape.join();
  if (!fits || work < backend.smallestWork || work === 0) return undefined;
  return backend.computeOne(selectModel, [condition, t, e], floatLike(t), work);
};
const selectModel: KernelModel = {
  key: 'Select',
  build: (model) => {
    const inputs = [model.input('condition', 'bool'), model.input('t'), model.input('e')];
    model.output(model.node('Where', inputs));
  },
};

const clip: NativeKernel = (call) => {
  const [low, high] = [call.attributes.clipValueMin as number, call.attributes.clipValueMax as number];
  const write: WriteUnary = (model, x, y) => void model.node('Clip', [x, model.scalar(low), model.scalar(high)], {}, y);
  return unary('ClipByValue', plain, write, () => ` ${low} ${high}`)(call);
};

/** Kernels that look at one value at a time, or at two with broadcasting. */
export const elementwise: NativeKernels = {
  Abs: unary('Abs', plain, operator('Abs')),
  Ceil: unary('Ceil', plain, operator('Ceil')),
  ClipByValue: clip,
  Cos: unary('Cos', series, operator('Cos')),
  Erf: unary('Erf', series, operator('Erf')),
  Exp: unary('Exp', series, operator('Exp')),
  Floor: unary('Floor', plain, operator('Floor')),
  Log: unary('Log', series, operator('Log')),
  Neg: unary('Neg', plain, operator('Neg')),
  Reciprocal: unary('Reciprocal', plain, operator('Reciprocal')),
  Relu: unary('Relu', plain, operator('Relu')),
  Rsqrt: unary('Rsqrt', plain, (model, x, y) => void model.node('Reciprocal', [model.node('Sqrt', [x])], {}, y)),
  Sigmoid: unary('Sigmoid', series, operator('Sigmoid')),
  Sin: unary('Sin', series, operator('Sin')),
  Sqrt: unary('Sqrt', plain, operator('Sqrt')),
  Square: unary('Square', plain, (model, x, y) => void model.node('Mul', [x, x], {}, y)),
  Tanh: unary('Tanh', series, operator('Tanh')),

  Add: binary('Add', 'float32', both('Add')),
  Sub: binary('Sub', 'float32', both('Sub')),
  Multiply: binary('Multiply', 'float32', both('Mul')),
  RealDiv: binary('RealDiv', 'float32', both('Div')),
  Maximum: binary('Maximum', 'float32', both('Max')),
  Minimum: binary('Minimum', 'float32', both('Min')),
  SquaredDifference: binary('SquaredDifference', 'float32', (model, y) => {
    const difference = model.node('Sub', ['a', 'b']);
    model.node('Mul', [difference, difference], {}, y);
  }),
  Equal: binary('Equal', 'bool', both('Equal')),
  Greater: binary('Greater', 'bool', both('Greater')),
  GreaterEqual: binary('GreaterEqual', 'bool', both('GreaterOrEqual')),
  Less: binary('Less', 'bool', both('Less')),
  LessEqual: binary('LessEqual', 'bool', both('LessOrEqual')),
  NotEqual: binary('NotEqual', 'bool', (model, y) => void model.node('Not', [model.node('Equal', ['a', 'b'])], {}, y)),
  AddN: addN,
  Select: select,
};

function floatLike({ shape }: TensorInfo): { shape: number[]; dtype: 'float32' } {
  return { shape, dtype: 'float32' };
}
