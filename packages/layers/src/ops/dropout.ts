import { clone, mul, tensor, type Tensor } from '@tensorflow/tfjs-core';
import { bitsAt, type SeedKeys, seedKeys } from '../random/deriveSeed.js';
import { runFusedKernel } from './fusedKernel.js';
import { savedAt, withGradient } from './withGradient.js';

/**
 * Sets values to zero at random and scales the others by `1 / (1 - rate)`.
 *
 * Srivastava et al. 2014, https://jmlr.org/papers/v15/srivastava14a.html. Which values go depends on nothing but the seed and
 * their place, so that a step can be repeated on any backend.
 *
 * @param x - float32 of any shape
 * @param rate - probability that a value is dropped, in [0, 1)
 * @param seed - integer; a new one for each step and each place in the model, see {@link deriveSeed}
 * @returns shape of `x`, float32; new tensor, the caller disposes it
 * @throws RangeError when the rate is outside [0, 1) or the seed is not an integer
 *
 * @example
 * dropout(ones([2, 3]), 0.1, deriveSeed(42, 'embeddings', 0)).shape; // [2, 3]
 */
export function dropout(x: Tensor, rate: number, seed: number): Tensor {
  if (!(rate >= 0 && rate < 1)) throw new RangeError(`dropout: rate must be in [0, 1), got ${rate}.`);
  if (!Number.isInteger(seed)) throw new RangeError(`dropout: seed must be an integer, got ${seed}.`);
  if (rate === 0) return clone(x);

  const keys = seedKeys(seed);
  const run = (input: Tensor): Tensor[] | undefined =>
    runFusedKernel('CrossmodalDropout', { x: input }, { rate, firstKey: keys.first, secondKey: keys.second });
  return withGradient(
    [x],
    () => {
      const fused = run(x);
      if (fused) return { value: savedAt(fused, 0), saved: [] };
      const mask = dropoutMask(x.shape, rate, keys);
      return { value: mul(x, mask), saved: [mask] };
    },
    (dy, [mask]) => (mask ? [mul(dy, mask)] : (run(dy) ?? [])),
  );
}

function dropoutMask(shape: number[], rate: number, keys: SeedKeys): Tensor {
  const size = shape.reduce((product, dimension) => product * dimension, 1);
  const dropBelow = rate * 2 ** 32;
  const scale = 1 / (1 - rate);
  const values = new Float32Array(size);
  for (let i = 0; i < size; i += 1) values[i] = bitsAt(keys, i) < dropBelow ? 0 : scale;
  return tensor(values, shape);
}
