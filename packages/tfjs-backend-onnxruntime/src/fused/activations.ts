import { inputOf, type NativeKernels, sizeOf } from '../kernels/NativeKernel.js';
import { type KernelModel } from '../model/KernelModel.js';

const gelu: KernelModel = {
  key: 'CrossmodalGelu',
  build: (model) => model.output(model.node('Gelu', [model.input('x')])),
};

/** `Φ(x) + x φ(x)`, with Φ from `y = x Φ(x)` as in `gelu` of `@crossmodal/layers`. */
const geluGradient: KernelModel = {
  key: 'CrossmodalGeluGrad',
  build: (model) => {
    const [dy, x, y] = [model.input('dy'), model.input('x'), model.input('y')];
    const tiny = 1e-30;
    const lifted = model.node('Add', [y, model.scalar(tiny / 2)]);
    const cumulative = model.node('Div', [lifted, model.node('Add', [x, model.scalar(tiny)])]);
    const square = model.node('Mul', [x, x]);
    const density = model.node('Exp', [model.node('Mul', [square, model.scalar(-0.5)])]);
    const scaled = model.node('Mul', [x, model.scalar(1 / Math.sqrt(2 * Math.PI))]);
    const slope = model.node('Add', [cumulative, model.node('Mul', [scaled, density])]);
    model.output(model.node('Mul', [dy, slope]));
  },
};

const steepness = 1.702;

const quickGelu: KernelModel = {
  key: 'CrossmodalQuickGelu',
  build: (model) => {
    const x = model.input('x');
    const gate = model.node('Sigmoid', [model.node('Mul', [x, model.scalar(steepness)])]);
    model.output(model.node('Mul', [x, gate]));
  },
};

const quickGeluGradient: KernelModel = {
  key: 'CrossmodalQuickGeluGrad',
  build: (model) => {
    const [dy, x, y] = [model.input('dy'), model.input('x'), model.input('y')];
    const gate = model.node('Sigmoid', [model.node('Mul', [x, model.scalar(steepness)])]);
    const closed = model.node('Sub', [model.scalar(1), gate]);
    const bend = model.node('Mul', [model.node('Mul', [y, model.scalar(steepness)]), closed]);
    model.output(model.node('Mul', [dy, model.node('Add', [gate, bend])]));
  },
};

/** Activations and their gradients. */
export const activationKernels: NativeKernels = {
  CrossmodalGelu: (call) => {
    const x = inputOf(call, 'x');
    return call.backend.computeOne(gelu, [x], { shape: x.shape, dtype: 'float32' }, 16 * sizeOf(x));
  },
  CrossmodalGeluGrad: (call) => call.backend.computeInPieces(geluGradient, gradientInputs(call)),
  CrossmodalQuickGelu: (call) => call.backend.computeInPieces(quickGelu, [inputOf(call, 'x')]),
  CrossmodalQuickGeluGrad: (call) => call.backend.computeInPieces(quickGeluGradient, gradientInputs(call)),
};

function gradientInputs(call: Parameters<typeof inputOf>[0]): ReturnType<typeof inputOf>[] {
  return ['dy', 'x', 'y'].map((name) => inputOf(call, name));
}
