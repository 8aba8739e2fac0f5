import { add, dispose, mul, tidy, type Tensor } from '@tensorflow/tfjs-core';

/**
 * Adds the gradients of one more batch to a sum. Takes over both: their tensors are disposed or live on in the result.
 *
 * @param sum - the sum so far; `undefined` for the first batch
 * @param gradients - of the next batch, by path; those of a path that is new start its sum
 * @param weight - factor of the next batch; default 1
 * @returns the new sum by path; the caller disposes it
 */
export function accumulateGradients(
  sum: ReadonlyMap<string, Tensor> | undefined,
  gradients: ReadonlyMap<string, Tensor>,
  weight = 1,
): Map<string, Tensor> {
  const result = new Map(sum);
  for (const [path, gradient] of gradients) {
    const before = result.get(path);
    if (before === undefined && weight === 1) {
      result.set(path, gradient);
      continue;
    }
    const after = tidy(() => {
      const weighted = weight === 1 ? gradient : mul(gradient, weight);
      return before === undefined ? weighted : add(before, weighted);
    });
    result.set(path, after);
    dispose(before === undefined ? gradient : [before, gradient]);
  }
  return result;
}
