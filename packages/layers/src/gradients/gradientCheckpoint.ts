import { engine, type Tensor, type Variable, zerosLike } from '@tensorflow/tfjs-core';
import { withGradient } from '../ops/withGradient.js';
import { optimizationBarrier } from './optimizationBarrier.js';
import { withEarlyRelease } from './withEarlyRelease.js';

/**
 * Runs a part of a model so that it keeps nothing but its inputs until the backward pass, which runs it again: less memory for more time.
 *
 * Chen et al. 2016, https://arxiv.org/abs/1604.06174; `torch.utils.checkpoint` in PyTorch. Value and gradients are the same to the last bit, dropout
 * included, which depends on its seed alone.
 *
 * @param f - from the inputs to one new tensor; a function of its inputs, the variables and numbers alone, for it runs twice
 * @param inputs - every tensor that `f` reads, such as the stream and a mask: others may be gone by the backward pass
 * @param variables - those in `f`; frozen ones are left alone. One that the value does not depend on gets zeros
 * @returns what `f` returns; the caller disposes it
 * @throws whatever `f` throws
 *
 * @example
 * const run = ([x]: readonly Tensor3D[]) => block.call(x).hiddenStates;
 * const y = gradientCheckpoint(run, [hiddenStates], [...block.namedParameters().values()]);
 */
export function gradientCheckpoint<Inputs extends readonly Tensor[], Output extends Tensor>(
  f: (inputs: Inputs) => Output,
  inputs: Inputs,
  variables: readonly Variable[],
): Output {
  const trainable = variables.filter((variable) => variable.trainable);
  const value = withGradient(
    [...inputs, ...trainable],
    () => ({ value: f(inputs), saved: [...inputs] }),
    (dy, kept) => {
      // In a graph, the second run would otherwise come before the backward pass, if it was not merged with the first.
      const again = kept.map((input) => optimizationBarrier(input, [dy]));
      // What was saved are the inputs, in order.
      const found = differentiateAgain(() => f(again as readonly Tensor[] as Inputs), [...again, ...trainable], dy);
      const gradients = [...kept, ...trainable].map((x, i) => found[i] ?? zerosLike(x));
      const ofVariables = gradients.slice(kept.length);
      // Nor may it keep what was computed again for the gradients of weights until the end of the pass.
      const ofInputs = gradients.slice(0, kept.length).map((gradient) => optimizationBarrier(gradient, ofVariables));
      return [...ofInputs, ...ofVariables];
    },
  );
  // It is the tensor that `f` returned.
  return value as Output;
}

/** Gradients inside a backward pass; `grads` of TensorFlow.js would lose the record that this pass still goes over. */
function differentiateAgain(f: () => Tensor, xs: readonly Tensor[], dy: Tensor): readonly (Tensor | undefined)[] {
  const { state } = engine();
  const outerTape = state.activeTape;
  try {
    // Gradients that the value does not depend on are absent there, though declared as tensors.
    return engine().gradients(withEarlyRelease(f), [...xs], dy, true).grads;
  } finally {
    state.activeTape = outerTape;
  }
}
