import { inputOf, type NativeKernels } from '../kernels/NativeKernel.js';

/** Dropout whose choice is a function of key and place, so that the gradient repeats it instead of keeping it. */
export const dropoutKernels: NativeKernels = {
  CrossmodalDropout: (call) => {
    const x = inputOf(call, 'x');
    const { rate = 0, firstKey = 0, secondKey = 0 } = call.attributes as Record<string, number>; // the kernel's contract
    const output = call.backend.makePooled(x.shape, 'float32');
    const numbers = { rate, firstKey, secondKey };
    call.backend.streams.dropout(call.backend.floatsOf(x), call.backend.floatsOf(output), numbers);
    return output;
  },
};
