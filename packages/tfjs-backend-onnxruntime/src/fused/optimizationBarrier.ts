import { inputOf, type NativeKernels } from '../kernels/NativeKernel.js';

/** Values that a graph must not take for those that they are; outside of a graph there is nothing to hold back. */
export const optimizationBarrierKernels: NativeKernels = {
  CrossmodalOptimizationBarrier: (call) => {
    const x = inputOf(call, 'x');
    if (!call.backend.isRecording || x.dtype !== 'float32') {
      call.backend.incRef(x.dataId);
      return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
    }
    // Another tensor, which the graph can know apart from the first.
    const output = call.backend.makePooled(x.shape, 'float32');
    call.backend.floatsOf(output).set(call.backend.floatsOf(x));
    return output;
  },
};
