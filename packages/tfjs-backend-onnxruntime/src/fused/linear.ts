import { productWork } from '../kernels/matrices.js';
import { inputOf, type KernelCall, type NativeKernels, sizeOf } from '../kernels/NativeKernel.js';
import { type KernelModel } from '../model/KernelModel.js';

const forward = (hasBias: boolean): KernelModel => ({
  key: `CrossmodalLinear ${hasBias}`,
  build: (model) => {
    const inputs = [model.input('x'), model.input('weight'), ...(hasBias ? [model.input('bias')] : [])];
    model.output(model.node('Gemm', inputs, { transB: 1 }));
  },
});
const withBias = forward(true);
const withoutBias = forward(false);

const backward = (hasBias: boolean): KernelModel => ({
  key: `CrossmodalLinearGrad ${hasBias}`,
  build: (model) => {
    const [dy, x, weight] = [model.input('dy'), model.input('x'), model.input('weight')];
    model.output(model.node('Gemm', [dy, weight]));
    model.output(model.node('Gemm', [dy, x], { transA: 1 }));
    if (hasBias) model.output(model.node('ReduceSum', [dy, model.integers([0])], { keepdims: 0 }));
  },
});
const backwardWithBias = backward(true);
const backwardWithoutBias = backward(false);

/** `x Wᵀ + b` and its gradient: one product forward, two backward. */
export const linearKernels: NativeKernels = {
  CrossmodalLinear: (call) => {
    const [x, weight, bias] = [inputOf(call, 'x'), inputOf(call, 'weight'), call.inputs.bias];
    const shape = [x.shape[0] ?? 0, weight.shape[0] ?? 0];
    const inputs = bias ? [x, weight, bias] : [x, weight];
    return call.backend.computeOne(bias ? withBias : withoutBias, inputs, { shape, dtype: 'float32' }, workOf(call));
  },
  CrossmodalLinearGrad: (call) => {
    const [dy, x, weight] = [inputOf(call, 'dy'), inputOf(call, 'x'), inputOf(call, 'weight')];
    const hasBias = call.attributes.hasBias === 1;
    const shapes = [x.shape, weight.shape, ...(hasBias ? [weight.shape.slice(0, 1)] : [])];
    const outputs = shapes.map((shape) => ({ shape, dtype: 'float32' as const }));
    return call.backend.compute(
      hasBias ? backwardWithBias : backwardWithoutBias,
      [dy, x, weight],
      outputs,
      2 * workOf(call),
    );
  },
};

function workOf(call: KernelCall): number {
  return productWork((inputOf(call, 'x').shape[0] ?? 0) * sizeOf(inputOf(call, 'weight')));
}
