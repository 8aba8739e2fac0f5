import { inputOf, type NativeKernels, sizeOf } from '../kernels/NativeKernel.js';
import { type KernelModel } from '../model/KernelModel.js';

const forward = (epsilon: number): KernelModel => ({
  key: `CrossmodalLayerNorm ${epsilon}`,
  build: (model) => {
    const [x, weight, bias] = [model.input('x'), model.input('weight'), model.input('bias')];
    // With a scale of 1 it gives what the gradient needs; the true scale follows.
    const scale = model.node('Expand', [model.scalar(1), model.node('Shape', [weight])]);
    const attributes = { axis: -1, epsilon: { fraction: epsilon } };
    model.nodes('LayerNormalization', [x, scale], attributes, ['normalized', '', 'inverse']);
    model.output(model.node('Add', [model.node('Mul', ['normalized', weight]), bias]));
    model.output('normalized');
    model.output('inverse');
  },
});

const backward: KernelModel = {
  key: 'CrossmodalLayerNormGrad',
  build: (model) => {
    const [dy, normalized, inverse, weight] = [
      model.input('dy'),
      model.input('normalized'),
      model.input('inverse'),
      model.input('weight'),
    ];
    const rowMean = (value: string): string => model.node('ReduceMean', [value, model.integers([-1])], { keepdims: 1 });
    const columnSum = (value: string): string => model.node('ReduceSum', [value, model.integers([0])], { keepdims: 0 });
    const weighted = model.node('Mul', [dy, weight]);
    const along = model.node('Mul', [normalized, rowMean(model.node('Mul', [weighted, normalized]))]);
    const rest = model.node('Sub', [model.node('Sub', [weighted, rowMean(weighted)]), along]);
    model.output(model.node('Mul', [inverse, rest]));
    model.output(columnSum(model.node('Mul', [dy, normalized])));
    model.output(columnSum(dy));
  },
};

/** Layer normalization of rows and its gradient. */
export const layerNormKernels: NativeKernels = {
  CrossmodalLayerNorm: (call) => {
    const x = inputOf(call, 'x');
    const shapes = [x.shape, x.shape, [x.shape[0] ?? 0, 1]];
    return call.backend.compute(
      forward(call.attributes.epsilon as number),
      [x, inputOf(call, 'weight'), inputOf(call, 'bias')],
      shapes.map((shape) => ({ shape, dtype: 'float32' })),
      8 * sizeOf(x),
    );
  },
  CrossmodalLayerNormGrad: (call) => {
    const [dy, weight] = [inputOf(call, 'dy'), inputOf(call, 'weight')];
    return call.backend.compute(
      backward,
      [dy, inputOf(call, 'normalized'), inputOf(call, 'inverse'), weight],
      [dy.shape, weight.shape, weight.shape].map((shape) => ({ shape, dtype: 'float32' })),
      8 * sizeOf(dy),
    );
  },
};
