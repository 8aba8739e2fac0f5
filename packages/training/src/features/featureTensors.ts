import { tensor, tensor2d, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import { type PaddedFeature } from './padFeatures.js';

/** One feature of a batch on the backend. */
export interface FeatureTensor {
  /** `[B, D]` or `[B, T, D]` float32 */
  readonly values: Tensor;
  /** `[B, T]` int32, 1 = there; `undefined` of vectors. */
  readonly mask: Tensor2D | undefined;
}

/**
 * Uploads a batch of features.
 *
 * @param batch - as `padFeatures` or `FeatureCache.batch` give it
 * @returns new tensors by name of the feature; the caller disposes them, or calls this inside `tidy`
 */
export function featureTensors(batch: ReadonlyMap<string, PaddedFeature>): Map<string, FeatureTensor> {
  return new Map(
    [...batch].map(([name, { shape, data, mask }]) => {
      const [samples = 0, length = 0] = shape;
      return [
        name,
        { values: tensor(data, [...shape], 'float32'), mask: mask && tensor2d(mask, [samples, length], 'int32') },
      ];
    }),
  );
}
