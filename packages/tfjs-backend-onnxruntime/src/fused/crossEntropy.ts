import { inputOf, type NativeKernels } from '../kernels/NativeKernel.js';

/** Cross-entropy of rows of logits and its gradient. The rows are short, so nothing is gained by leaving JavaScript. */
export const crossEntropyKernels: NativeKernels = {
  CrossmodalSoftmaxCrossEntropy: (call) => {
    const [logits, targets] = [inputOf(call, 'logits'), inputOf(call, 'targets')];
    const [batch = 0, classes = 0] = logits.shape;
    const losses = call.backend.makePooled([batch], 'float32');
    const logProbabilities = call.backend.makePooled(logits.shape, 'float32');
    const [scores, wanted] = [call.backend.valuesOf(logits), call.backend.valuesOf(targets)];
    const [loss, logs] = [call.backend.valuesOf(losses), call.backend.valuesOf(logProbabilities)];
    for (let row = 0; row < batch; row += 1) {
      const begin = row * classes;
      const end = begin + classes;
      let best = -Infinity;
      for (let i = begin; i < end; i += 1) best = Math.max(best, scores[i] ?? 0);
      let total = 0;
      for (let i = begin; i < end; i += 1) total += Math.exp((scores[i] ?? 0) - best);
      const shift = best + Math.log(total);
      let sum = 0;
      for (let i = begin; i < end; i += 1) {
        const log = (scores[i] ?? 0) - shift;
        logs[i] = log;
        sum -= (wanted[i] ?? 0) * log;
      }
      loss[row] = sum;
    }
    return [losses, logProbabilities];
  },
  CrossmodalSoftmaxCrossEntropyGrad: (call) => {
    const [dy, logProbabilities] = [inputOf(call, 'dy'), inputOf(call, 'logProbabilities')];
    const [batch = 0, classes = 0] = logProbabilities.shape;
    const output = call.backend.makePooled(logProbabilities.shape, 'float32');
    const [slopes, logs] = [call.backend.valuesOf(dy), call.backend.valuesOf(logProbabilities)];
    const [wanted, result] = [call.backend.valuesOf(inputOf(call, 'targets')), call.backend.valuesOf(output)];
    for (let row = 0; row < batch; row += 1) {
      const begin = row * classes;
      let total = 0;
      for (let i = begin; i < begin + classes; i += 1) total += wanted[i] ?? 0;
      for (let i = begin; i < begin + classes; i += 1) {
        result[i] = (slopes[row] ?? 0) * (Math.exp(logs[i] ?? 0) * total - (wanted[i] ?? 0));
      }
    }
    return output;
  },
};
