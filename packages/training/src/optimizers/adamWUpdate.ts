import { runFusedKernel } from '@crossmodal/layers';
import { add, dispose, div, mul, sqrt, square, sub, type Tensor1D } from '@tensorflow/tfjs-core';

/** The tensors of one update; all of one size, end to end. */
export interface AdamWTensors {
  readonly parameter: Tensor1D;
  readonly gradient: Tensor1D;
  readonly first: Tensor1D;
  readonly second: Tensor1D;
}

/** The numbers of one update. */
export interface AdamWNumbers {
  readonly learningRate: number;
  readonly weightDecay: number;
  readonly betas: readonly [number, number];
  readonly epsilon: number;
  /** Updates of these parameters, this one included. */
  readonly steps: number;
  /** Factor of the gradient. */
  readonly gradientScale: number;
}

/**
 * One update of AdamW: `p (1 - lr λ) - lr m̂ / (√v̂ + ε)`.
 *
 * Both bias corrections are folded into the step size and epsilon, which are numbers: that spares two passes over the tensors. The old moments are freed as soon as
 * there are new ones, and what lies between operations with its last use: a table of words is too large for eleven of its size to wait for the end.
 *
 * @param tensors - the moments have no other use and may be disposed here
 * @param numbers - the same for all values
 * @returns new tensors for the surrounding `tidy`; every place depends on its own values only, whatever else is packed with it
 */
export function adamWUpdate(
  { parameter, gradient, first, second }: AdamWTensors,
  numbers: AdamWNumbers,
): Omit<AdamWTensors, 'gradient'> {
  const factors = updateNumbers(numbers);
  const fused = runFusedKernel('CrossmodalAdamW', { parameter, gradient, first, second }, { ...factors });
  // In the shapes of the inputs.
  const [newParameter, updatedFirst, updatedSecond] = (fused ?? []) as Tensor1D[];
  if (newParameter && updatedFirst && updatedSecond) {
    return { parameter: newParameter, first: updatedFirst, second: updatedSecond };
  }
  const { beta1, rest1, beta2, rest2, epsilon, stepSize, decay, gradientScale } = factors;
  const scaled = gradientScale === 1 ? gradient : mul<Tensor1D>(gradient, gradientScale);
  const newFirst = addLast(mul(first, beta1), mul(scaled, rest1));
  dispose(first);
  const squared = lastUse(square(scaled), (values) => mul(values, rest2));
  if (scaled !== gradient) dispose(scaled);
  const newSecond = addLast(mul(second, beta2), squared);
  dispose(second);
  const divisor = lastUse(sqrt(newSecond), (root) => add(root, epsilon));
  const direction = lastUse(divisor, (values) => div<Tensor1D>(newFirst, values));
  const change = lastUse(direction, (values) => mul(values, stepSize));
  const updated = lastUse(change, (values) =>
    decay === 1 ? sub(parameter, values) : lastUse(mul(parameter, decay), (decayed) => sub(decayed, values)),
  );
  return { parameter: updated, first: newFirst, second: newSecond };
}

/** Computes from a tensor that is not needed afterwards. */
function lastUse(tensor: Tensor1D, compute: (tensor: Tensor1D) => Tensor1D): Tensor1D {
  const result = compute(tensor);
  tensor.dispose();
  return result;
}

function addLast(a: Tensor1D, b: Tensor1D): Tensor1D {
  return lastUse(a, (left) => lastUse(b, (right) => add(left, right)));
}

/** The numbers of an update as its kernels take them. */
export interface UpdateNumbers {
  readonly beta1: number;
  /** `1 - beta1` */
  readonly rest1: number;
  readonly beta2: number;
  /** `1 - beta2` */
  readonly rest2: number;
  /** Corrected for the number of steps. */
  readonly epsilon: number;
  /** The learning rate, corrected for the number of steps. */
  readonly stepSize: number;
  /** What remains of a parameter after the decay. */
  readonly decay: number;
  readonly gradientScale: number;
}

/** Both bias corrections folded into the step size and epsilon. */
export function updateNumbers({
  learningRate,
  weightDecay,
  betas: [beta1, beta2],
  epsilon,
  steps,
  gradientScale,
}: AdamWNumbers): UpdateNumbers {
  const rootCorrection = Math.sqrt(1 - beta2 ** steps);
  return {
    beta1,
    rest1: 1 - beta1,
    beta2,
    rest2: 1 - beta2,
    epsilon: epsilon * rootCorrection,
    stepSize: (learningRate * rootCorrection) / (1 - beta1 ** steps),
    decay: 1 - learningRate * weightDecay,
    gradientScale,
  };
}
