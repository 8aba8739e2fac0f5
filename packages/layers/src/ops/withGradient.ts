import { customGrad, tidy, type Tensor } from '@tensorflow/tfjs-core';

/** The forward half of an operation: its value, and what its gradient will need. */
export interface ForwardResult {
  readonly value: Tensor;
  readonly saved: Tensor[];
}

/**
 * One differentiable operation with a hand-written gradient.
 *
 * @param inputs - the tensors that receive gradients
 * @param forward - computes the value; its other tensors are disposed unless saved
 * @param backward - from the gradient of the value to one gradient per input, in order; its other tensors are disposed
 */
export function withGradient(
  inputs: Tensor[],
  forward: () => ForwardResult,
  backward: (dy: Tensor, saved: Tensor[]) => Tensor[],
): Tensor {
  const operation = customGrad((...received) => {
    const { value, saved } = forward();
    // TensorFlow.js passes its save function after the inputs, in one array of both types.
    const save = received.at(-1) as unknown as (tensors: Tensor[]) => void;
    save(saved);
    return { value, gradFunc: (dy: Tensor, kept: Tensor[]) => tidy(() => backward(dy, kept)) };
  });
  return operation(...inputs);
}

/** What a backward function saved in a fixed order, with the absence of an entry turned into an error. */
export function savedAt(saved: readonly Tensor[], index: number): Tensor {
  const found = saved[index];
  if (!found) throw new RangeError(`savedAt: entry ${index} must be one of the ${saved.length} saved tensors.`);
  return found;
}
