import { tensor, type Tensor } from '@tensorflow/tfjs-core';

/**
 * Normal values that depend only on the seed and their place, the same on every backend.
 *
 * @param shape - shape of the new tensor
 * @param seed - integer; equal seeds give equal tensors
 * @param std - standard deviation; default 1
 * @returns float32; new tensor, the caller disposes it
 */
export function seededNormal(shape: readonly number[], seed: number, std = 1): Tensor {
  return tensor(seededNormalValues(sizeOf(shape), seed, std), [...shape]);
}

/**
 * Uniform values that depend only on the seed and their place, the same on every backend.
 *
 * @param shape - shape of the new tensor
 * @param seed - integer; equal seeds give equal tensors
 * @param low - lower end, included; default 0
 * @param high - upper end, excluded; default 1
 * @returns float32; new tensor, the caller disposes it
 */
export function seededUniform(shape: readonly number[], seed: number, low = 0, high = 1): Tensor {
  const values = Float32Array.from({ length: sizeOf(shape) }, (_, i) => low + (high - low) * uniform(seed, i));
  return tensor(values, [...shape]);
}

/** The values of {@link seededNormal} without a tensor. */
export function seededNormalValues(size: number, seed: number, std = 1): Float32Array {
  return Float32Array.from({ length: size }, (_, i) => {
    const radius = Math.sqrt(-2 * Math.log(uniform(seed, 2 * i)));
    return std * radius * Math.cos(2 * Math.PI * uniform(seed, 2 * i + 1));
  });
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, dimension) => product * dimension, 1);
}

/** In (0, 1): a mixed counter, so that value `i` needs no value before it. */
function uniform(seed: number, index: number): number {
  let bits = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ index;
  for (const multiplier of [0x21f0aaad, 0x735a2d97, 0x2c1b3c6d]) {
    bits = Math.imul(bits ^ (bits >>> 16), multiplier);
    bits ^= bits >>> 15;
  }
  return ((bits >>> 0) + 0.5) / 2 ** 32;
}
