import { fill, tensor, type Tensor } from '@tensorflow/tfjs-core';
import { bitsAt, seedKeys } from './deriveSeed.js';

/** Makes the first values of a parameter; equal seeds give equal values on every backend. */
export type Initializer = (shape: readonly number[], seed: number) => Tensor;

/**
 * Normal values with mean 0 (Box and Muller 1958).
 *
 * @param std - standard deviation; 0.02 in BERT and its relatives
 */
export function normalInitializer(std: number): Initializer {
  return (shape, seed) => {
    const keys = seedKeys(seed);
    return fromPlaces(shape, (i) => {
      const radius = Math.sqrt(-2 * Math.log((bitsAt(keys, 2 * i) + 0.5) / 2 ** 32));
      return std * radius * Math.cos((2 * Math.PI * bitsAt(keys, 2 * i + 1)) / 2 ** 32);
    });
  };
}

/**
 * Uniform values in ±sqrt(6 / (fan in + fan out)), for weights in PyTorch layout `[out, in]`.
 *
 * Glorot and Bengio 2010, equation 16, https://proceedings.mlr.press/v9/glorot10a.html
 */
export function xavierUniform(shape: readonly number[], seed: number): Tensor {
  const [fanOut = 1, fanIn = 1] = shape;
  return uniform(shape, seed, Math.sqrt(6 / (fanIn + fanOut)));
}

/**
 * Uniform values in ±1 / sqrt(fan in), for weights in PyTorch layout `[out, in]`: what `nn.Linear` of PyTorch begins with.
 *
 * He et al. 2015, section 2.2, https://arxiv.org/abs/1502.01852, with a negative slope of sqrt(5)
 */
export function kaimingUniform(shape: readonly number[], seed: number): Tensor {
  const [, fanIn = 1] = shape;
  return uniform(shape, seed, 1 / Math.sqrt(fanIn));
}

/** All zeros. */
export function zeros(shape: readonly number[]): Tensor {
  return fill([...shape], 0);
}

/** All ones. */
export function ones(shape: readonly number[]): Tensor {
  return fill([...shape], 1);
}

function uniform(shape: readonly number[], seed: number, limit: number): Tensor {
  const keys = seedKeys(seed);
  return fromPlaces(shape, (i) => limit * ((2 * (bitsAt(keys, i) + 0.5)) / 2 ** 32 - 1));
}

function fromPlaces(shape: readonly number[], valueAt: (index: number) => number): Tensor {
  const size = shape.reduce((product, dimension) => product * dimension, 1);
  const values = new Float32Array(size);
  for (let i = 0; i < size; i += 1) values[i] = valueAt(i);
  return tensor(values, [...shape]);
}
