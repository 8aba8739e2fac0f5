import { inputOf, type NativeKernels } from '../kernels/NativeKernel.js';
import { type KernelModel } from '../model/KernelModel.js';

/** The numbers of an update in the order of the model's inputs. */
const numberNames = ['beta1', 'rest1', 'beta2', 'rest2', 'epsilon', 'stepSize', 'decay', 'gradientScale'] as const;

/** One update of AdamW over a piece of all four tensors; see `adamWUpdate` of `@crossmodal/training`. */
const update: KernelModel = {
  key: 'CrossmodalAdamW',
  build: (model) => {
    const [parameter, gradient, first, second] = ['parameter', 'gradient', 'first', 'second'].map((name) =>
      model.input(name),
    ) as [string, string, string, string]; // four names in, four out
    const [beta1, rest1, beta2, rest2, epsilon, stepSize, decay, gradientScale] = numberNames.map((name) =>
      model.input(name),
    ) as [string, string, string, string, string, string, string, string]; // likewise
    const scaled = model.node('Mul', [gradient, gradientScale]);
    const newFirst = model.node('Add', [model.node('Mul', [first, beta1]), model.node('Mul', [scaled, rest1])]);
    const square = model.node('Mul', [scaled, scaled]);
    const newSecond = model.node('Add', [model.node('Mul', [second, beta2]), model.node('Mul', [square, rest2])]);
    const root = model.node('Add', [model.node('Sqrt', [newSecond]), epsilon]);
    const change = model.node('Mul', [model.node('Div', [newFirst, root]), stepSize]);
    model.output(model.node('Sub', [model.node('Mul', [parameter, decay]), change]));
    model.output(newFirst);
    model.output(newSecond);
  },
};

/** The update of a pack of parameters and their moments. */
export const adamWKernels: NativeKernels = {
  CrossmodalAdamW: (call) => {
    const inputs = ['parameter', 'gradient', 'first', 'second'].map((name) => inputOf(call, name));
    const numbers = numberNames.map((name) => call.attributes[name] as number);
    return call.backend.computeInPieces(update, inputs, 3, numbers);
  },
};
