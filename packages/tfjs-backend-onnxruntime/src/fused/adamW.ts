import { inputOf, type NativeKernels } from '../kernels/NativeKernel.js';
import { type AdamWNumbers } from '../streams/Streams.js';

const numberNames = ['beta1', 'rest1', 'beta2', 'rest2', 'epsilon', 'stepSize', 'decay', 'gradientScale'];

/** The update of a pack of parameters and their moments; see `adamWUpdate` of `@crossmodal/training`. */
export const adamWKernels: NativeKernels = {
  CrossmodalAdamW: (call) => {
    const inputs = ['parameter', 'gradient', 'first', 'second'].map((name) => inputOf(call, name));
    const outputs = [0, 2, 3].map((i) => call.backend.makePooled(inputs[i]?.shape ?? [], 'float32'));
    const numbers = numberNames.map((name) => call.attributes[name]) as unknown as AdamWNumbers; // the kernel's contract
    call.backend.streams.adamW(
      inputs.map((input) => call.backend.floatsOf(input)),
      outputs.map((output) => call.backend.floatsOf(output)),
      numbers,
    );
    return outputs;
  },
};
