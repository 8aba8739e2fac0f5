import { runFusedKernel } from '@crossmodal/layers';
import { add, div, mul, sqrt, square, sub, type Tensor1D } from '@tensorflow/tfjs-core';

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
 * Both bias corrections are folded into the step size and epsilon, which are numbers: that spares two passes over the tensors.
 *
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
  const scaled = gradientScale === 1 ? gradient : mul(gradient, gradientScale);
  const newFirst = add<Tensor1D>(mul(first, beta1), mul(scaled, rest1));
  const newSecond = add<Tensor1D>(mul(second, beta2), mul(square(scaled), rest2));
  const change = mul(div(newFirst, add(sqrt(newSecond), epsilon)), stepSize);
  const decayed = decay === 1 ? parameter : mul(parameter, decay);
  return { parameter: sub<Tensor1D>(decayed, change), first: newFirst, second: newSecond };
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
