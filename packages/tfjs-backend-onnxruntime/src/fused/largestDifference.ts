import { inputOf, type NativeKernels } from '../kernels/NativeKernel.js';

/** How far two computations of the same are apart, without a copy of either; see `LargestDifference` of `@crossmodal/training`. */
export const largestDifferenceKernels: NativeKernels = {
  CrossmodalLargestDifference: (call) => {
    const { backend } = call;
    const [received, expected] = ['received', 'expected'].map((name) => backend.floatsOf(inputOf(call, name)));
    const found = backend.streams.largestDifference(received ?? new Float32Array(), expected ?? new Float32Array());
    const made = backend.makePooled([2], 'float32');
    backend.floatsOf(made).set([found.difference, found.size]);
    return made;
  },
};
