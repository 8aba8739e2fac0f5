import { backend_util, util } from '@tensorflow/tfjs-core';
import { type KernelModel } from '../model/KernelModel.js';
import { areFloats, inputOf, type NativeKernel, type NativeKernels, sizeOf } from './NativeKernel.js';

function reduction(operator: string, axisName: string): NativeKernel {
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
      build: (built) => built.output(built.node(operator, [built.input('x'), built.integers(axes)], { keepdims: 0 })),
    };
    const result = backend.computeOne(model, [x], { shape: outShape, dtype: 'float32' }, work);
    return { ...result, shape };
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
  Max: reduction('ReduceMax', 'reductionIndices'),
  Mean: reduction('ReduceMean', 'axis'),
  Min: reduction('ReduceMin', 'axis'),
  Sum: reduction('ReduceSum', 'axis'),
  LogSoftmax: softmax('LogSoftmax', 'axis'),
  Softmax: softmax('Softmax', 'dim'),
};
