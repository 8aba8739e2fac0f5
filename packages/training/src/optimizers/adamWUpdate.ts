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
  { learningRate, weightDecay, betas: [beta1, beta2], epsilon, steps, gradientScale }: AdamWNumbers,
): Omit<AdamWTensors, 'gradient'> {
  const rootCorrection = Math.sqrt(1 - beta2 ** steps);
  const stepSize = (learningRate * rootCorrection) / (1 - beta1 ** steps);
  const decay = 1 - learningRate * weightDecay;
  const fused = runFusedKernel(
    'CrossmodalAdamW',
    { parameter, gradient, first, second },
    {
      beta1,
      rest1: 1 - beta1,
      beta2,
      rest2: 1 - beta2,
      epsilon: epsilon * rootCorrection,
      stepSize,
      decay,
      gradientScale,
    },
  );
  // In the shapes of the inputs.
  const [newParameter, updatedFirst, updatedSecond] = (fused ?? []) as Tensor1D[];
  if (newParameter && updatedFirst && updatedSecond) {
    return { parameter: newParameter, first: updatedFirst, second: updatedSecond };
  }
  const scaled = gradientScale === 1 ? gradient : mul(gradient, gradientScale);
  const newFirst = add<Tensor1D>(mul(first, beta1), mul(scaled, 1 - beta1));
  const newSecond = add<Tensor1D>(mul(second, beta2), mul(square(scaled), 1 - beta2));
  const change = mul(div(newFirst, add(sqrt(newSecond), epsilon * rootCorrection)), stepSize);
  const decayed = weightDecay === 0 ? parameter : mul(parameter, decay);
  return { parameter: sub<Tensor1D>(decayed, change), first: newFirst, second: newSecond };
}
