import { backend_util, util } from '@tensorflow/tfjs-core';
import { type KernelModel } from '../model/KernelModel.js';
import { elementTypes, type ModelWriter } from '../model/OnnxModel.js';
import { areFloats, inputOf, type NativeKernel, type NativeKernels, sizeOf } from './NativeKernel.js';

/** Writes the nodes between values and their reduction along axes. */
type WriteReduction = (model: ModelWriter, x: string, axes: string) => string;

function reduction(operator: string, axisName: string, write: WriteReduction = plain(operator)): NativeKernel {
  return (call) => {
    const { attributes, backend } = call;
    const x = inputOf(call, 'x');
    const work = sizeOf(x);
    if (work < backend.smallestWork || work === 0 || !areFloats(backend, x)) return undefined;
    const axes = util.parseAxisParam(attributes[axisName] as number | number[], x.shape);
    const [outShape] = backend_util.computeOutAndReduceShapes(x.shape, axes);
    const shape = attributes.keepDims === true ? backend_util.expandShapeToKeepDim(outShape, axes) : outShape;
    // The number of axes that are kept as 1 does not change the values, so one model serves both forms.
    const model: KernelModel = {
      key: `${operator} ${axes.join()}`,
      build: (built) => built.output(write(built, built.input('x'), built.integers(axes))),
    };
    const result = backend.computeOne(model, [x], { shape: outShape, dtype: 'float32' }, work);
    return { ...result, shape };
  };
}

function plain(operator: string): WriteReduction {
  return (model, x, axes) => model.node(operator, [x, axes], { keepdims: 0, noop_with_empty_axes: 1 });
}

/** The largest or smallest value, NaN where one of them is: the operator alone loses a NaN that does not come first. */
function extreme(operator: string): WriteReduction {
  return (model, x, axes) => {
    const isNan = model.node('Cast', [model.node('IsNaN', [x])], { to: elementTypes.float32 });
    const hasNan = model.node('Cast', [plain('ReduceMax')(model, isNan, axes)], { to: elementTypes.bool });
    return model.node('Where', [hasNan, model.scalar(NaN), plain(operator)(model, x, axes)]);
  };
}

function softmax(operator: string, axisName: string): NativeKernel {
  const model: KernelModel = {
    key: operator,
    build: (built) => built.output(built.node(operator, [built.input('logits')], { axis: -1 })),
  };
  return (call) => {
    const { attributes, backend } = call;
    const logits = inputOf(call, 'logits');
    const axis = attributes[axisName] as number;
    const isLast = axis === -1 || axis === logits.shape.length - 1;
    const work = sizeOf(logits) * 16;
    if (!isLast || work < backend.smallestWork || work === 0 || !areFloats(backend, logits)) return undefined;
    return backend.computeOne(model, [logits], { shape: logits.shape, dtype: 'float32' }, work);
  };
}

/** Kernels that make fewer numbers of many, and those that compare a number with all of its row. */
export const reductions: NativeKernels = {
  Max: reduction('ReduceMax', 'reductionIndices', extreme('ReduceMax')),
  Mean: reduction('ReduceMean', 'axis'),
  Min: reduction('ReduceMin', 'axis', extreme('ReduceMin')),
  Sum: reduction('ReduceSum', 'axis'),
  LogSoftmax: softmax('LogSoftmax', 'axis'),
  Softmax: softmax('Softmax', 'dim'),
};
