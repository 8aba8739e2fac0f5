import { add, dispose, grads, mul, sum, tensor, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { seededNormalValues } from './seededTensors.js';

/** How {@link checkGradients} probes. */
export interface GradientCheckOptions {
  /** Length of the finite step along a unit direction; default 1e-2. */
  readonly step?: number;
  /** Largest error relative to a typical derivative along a random direction; default 1e-2. */
  readonly tolerance?: number;
  /** Seed of the directions; default 20260. Use another one than for the inputs, else they may coincide. */
  readonly seed?: number;
  /** Number of random directions per input; default 2. */
  readonly directions?: number;
}

/**
 * Compares gradients with central finite differences along random directions, each input by itself.
 * Outputs of any shape are contracted with a random tensor first.
 *
 * @param f - differentiable in all its inputs; returns one tensor
 * @param inputs - float32 tensors; they stay the caller's
 * @throws Error that names the input, the finite difference and the gradient's value; also when a gradient is zero everywhere,
 * which proves nothing
 */
export async function checkGradients(
  f: (...inputs: Tensor[]) => Tensor,
  inputs: readonly Tensor[],
  { step = 1e-2, tolerance = 1e-2, seed = 20260, directions = 2 }: GradientCheckOptions = {},
): Promise<void> {
  const output = tidy(() => f(...inputs));
  const cotangent = seededNormalValues(output.size, seed);
  const shape = output.shape;
  dispose(output);

  const gradients = tidy(() => {
    const weights = tensor(cotangent, shape);
    return grads((...values: Tensor[]) => sum(mul(f(...values), weights)))([...inputs]);
  });
  for (const [position, input] of inputs.entries()) {
    const gradient = await read(gradients[position]);
    if (!(dot(gradient, gradient) > 0)) {
      dispose(gradients);
      throw new Error(`checkGradients: input ${position}: the gradient must not be zero everywhere, got zeros or NaN.`);
    }
    for (let trial = 0; trial < directions; trial += 1) {
      const direction = unitVector(input.size, seed + 1000 * (position + 1) + trial);
      const ahead = await probe(f, inputs, position, direction, step, cotangent);
      const behind = await probe(f, inputs, position, direction, -step, cotangent);
      const numeric = (ahead - behind) / (2 * step);
      const analytic = dot(gradient, direction);
      // The size that a derivative along a random unit direction has on average.
      const typical = Math.sqrt(dot(gradient, gradient) / input.size);
      const scale = Math.max(typical, Math.abs(numeric), 1e-3);
      if (!(Math.abs(numeric - analytic) <= tolerance * scale)) {
        dispose(gradients);
        throw new Error(
          `checkGradients: input ${position}: finite differences say ${numeric}, the gradient says ${analytic} ` +
            `(scale ${scale}, tolerance ${tolerance}).`,
        );
      }
    }
  }
  dispose(gradients);
}

async function probe(
  f: (...inputs: Tensor[]) => Tensor,
  inputs: readonly Tensor[],
  position: number,
  direction: Float32Array,
  length: number,
  cotangent: Float32Array,
): Promise<number> {
  const output = tidy(() => {
    const moved = inputs.map((input, i) =>
      i === position ? add(input, mul(tensor(direction, input.shape), length)) : input,
    );
    return f(...moved);
  });
  const values = await read(output);
  dispose(output);
  return dot(values, cotangent);
}

async function read(values: Tensor | undefined): Promise<ArrayLike<number>> {
  return values ? values.data() : [];
}

function unitVector(size: number, seed: number): Float32Array {
  const direction = seededNormalValues(size, seed);
  const length = Math.sqrt(dot(direction, direction));
  return direction.map((value) => value / length);
}

/** In float64: float32 sums would hide small differences. */
function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < a.length; i += 1) total += (a[i] ?? NaN) * (b[i] ?? NaN);
  return total;
}
