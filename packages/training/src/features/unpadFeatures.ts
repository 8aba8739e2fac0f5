import { type Tensor } from '@tensorflow/tfjs-core';
import { type SampleFeatures } from './SampleFeatures.js';

/**
 * Takes a batch of features apart, without its padding: the opposite of `padFeatures`, with tensors for its batch.
 *
 * @param tensors - by name of the feature, float32: `[B, D]` vectors or `[B, T, D]` states; they stay the caller's
 * @param lengths - how many states of each sample are there, counted from the first; default: all
 * @returns a copy for each sample
 * @throws RangeError when the tensors are not of one batch, or a length is more than there is
 */
export async function unpadFeatures(
  tensors: Readonly<Record<string, Tensor>>,
  lengths?: readonly number[],
): Promise<SampleFeatures[]> {
  const [first] = Object.values(tensors);
  const batch = lengths?.length ?? first?.shape[0] ?? 0;
  for (const [name, { shape }] of Object.entries(tensors)) {
    const longest = shape.length > 2 ? Math.max(0, ...(lengths ?? [])) : 0;
    if (shape[0] !== batch || longest > (shape[1] ?? 0)) {
      throw new RangeError(
        `unpadFeatures: "${name}" must hold ${batch} samples of up to ${longest} states, got [${shape.join(', ')}].`,
      );
    }
  }
  const features = Array.from({ length: batch }, (): Record<string, SampleFeatures[string]> => ({}));
  for (const [name, tensor] of Object.entries(tensors)) {
    const values = await tensor.data<'float32'>();
    const [, ...sizes] = tensor.shape;
    const size = values.length / batch;
    for (const [row, sample] of features.entries()) {
      const shape = lengths && sizes.length > 1 ? [lengths[row] ?? 0, ...sizes.slice(1)] : sizes;
      const count = shape.reduce((product, dimension) => product * dimension, 1);
      sample[name] = { shape, data: values.slice(row * size, row * size + count) };
    }
  }
  return features;
}
