import { type TensorInfo } from '@tensorflow/tfjs-core';
import { inputOf, type KernelCall, type NativeKernels, sizeOf } from '../kernels/NativeKernel.js';
import { type AdamWNumbers } from '../streams/Streams.js';

const numberNames = ['beta1', 'rest1', 'beta2', 'rest2', 'epsilon', 'stepSize', 'decay', 'gradientScale'];

function numbersOf({ attributes }: KernelCall): AdamWNumbers {
  return numberNames.map((name) => attributes[name]) as unknown as AdamWNumbers; // the kernels' contract
}

/** Updates of parameters and their moments, see `updatePack` of `@crossmodal/training`; and the norm of all gradients. */
export const adamWKernels: NativeKernels = {
  // Parameters and moments are given up for their successors, so that a large model is not in memory twice.
  CrossmodalAdamWPack: (call) => {
    const { backend } = call;
    const moments = ['first', 'second'].map((name) => inputOf(call, name));
    const updated = moments.map((moment) => backend.makeSuccessor(moment));
    const [from, to] = [moments, updated].map((pair) => pair.map((moment) => backend.floatsOf(moment)));
    const numbers = numbersOf(call);
    const parameters: TensorInfo[] = [];
    let begin = 0;
    for (let i = 0; i < (call.attributes.count as number); i += 1) {
      const [parameter, gradient] = [inputOf(call, `parameter${i}`), inputOf(call, `gradient${i}`)];
      const made = backend.makeSuccessor(parameter);
      const end = begin + sizeOf(parameter);
      const part = (all: readonly Float32Array[] | undefined): Float32Array[] =>
        (all ?? []).map((values) => values.subarray(begin, end));
      backend.streams.adamW(
        [backend.floatsOf(parameter), backend.floatsOf(gradient), ...part(from)],
        [backend.floatsOf(made), ...part(to)],
        numbers,
      );
      parameters.push(made);
      begin = end;
    }
    return [...updated, ...parameters];
  },
  CrossmodalGlobalNorm: ({ inputs, backend }) => {
    let sum = 0;
    for (const gradient of Object.values(inputs))
      if (gradient) sum += backend.streams.sumOfSquares(backend.floatsOf(gradient));
    const norm = backend.makePooled([], 'float32');
    backend.valuesOf(norm)[0] = Math.sqrt(sum);
    return norm;
  },
};
