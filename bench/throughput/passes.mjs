import { AdamW, CapturedFunction, CapturedGradients, crossEntropy } from '@crossmodal/training';
import { dispose, tensor1d, tidy } from '@tensorflow/tfjs-core';

/**
 * Forward passes and training steps of a classifier as `crossmodal train` computes them: as one graph for each shape where the backend can.
 *
 * @param {{ namedParameters: Function, call: Function, train: Function, eval: Function }} model - its outputs have `logits`
 * @param {number} classes - of the labels, which are 0, 1, ... in turn
 * @returns `answer(inputs)` and `step(inputs, seed)`; both dispose the inputs, tensors by name of which each has a row per sample
 */
export function passesOf(model, classes) {
  const parameters = model.namedParameters();
  const optimizer = new AdamW(parameters, { learningRate: 1e-5 });
  const onRefused = (reason) => console.error(`not as a graph: ${reason}`);
  const forward = new CapturedFunction(parameters, { onRefused });
  const captured = new CapturedGradients(parameters, { onRefused });
  return {
    async answer(inputs) {
      model.eval();
      const compute = () => new Map([['logits', tidy(() => model.call(inputs).logits)]]);
      const logits = forward.call(compute, { tensors: Object.values(inputs) }).get('logits');
      await logits.data();
      dispose([logits, inputs]);
    },
    async step(inputs, seed) {
      model.train();
      const [rows] = inputs.inputIds.shape;
      const labels = tensor1d(Array.from({ length: rows }, (_, row) => row % classes), 'int32'); // prettier-ignore
      const { loss, gradients } = captured.compute(() => crossEntropy(model.call(inputs, { seed }).logits, labels), {
        tensors: [...Object.values(inputs), labels],
        seed,
      });
      await loss.data();
      optimizer.step(gradients);
      dispose([loss, labels, ...gradients.values(), inputs]);
    },
  };
}
