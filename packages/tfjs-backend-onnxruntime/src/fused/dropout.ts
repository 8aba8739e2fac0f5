import { inputOf, type NativeKernels } from '../kernels/NativeKernel.js';

/** Dropout whose choice is a function of key and place, so that the gradient repeats it instead of keeping it. */
export const dropoutKernels: NativeKernels = {
  CrossmodalDropout: (call) => {
    const x = inputOf(call, 'x');
    const { rate, firstKey, secondKey } = call.attributes as Record<string, number>; // the kernel's contract
    const output = call.backend.makePooled(x.shape, 'float32');
    call.backend.streams.dropout(call.backend.floatsOf(x), call.backend.floatsOf(output), {
      firstKey: firstKey ?? 0,
      secondKey: secondKey ?? 0,
      dropBelow: Math.min(Math.ceil((rate ?? 0) * 2 ** 32), 2 ** 32 - 1),
      scale: 1 / (1 - (rate ?? 0)),
    });
    return output;
  },
};
