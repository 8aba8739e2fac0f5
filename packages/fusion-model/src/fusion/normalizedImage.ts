import { l2Normalize } from '@crossmodal/layers';
import { cast, mul, reshape, type Tensor2D } from '@tensorflow/tfjs-core';
import type { ImageFeatures } from './Fusion.js';

/** The image as one vector of length 1, `[B, E]`; zeros for a sample without an image. */
export function normalizedImage({ imageEmbeds, imageMask }: ImageFeatures): Tensor2D {
  const normalized = l2Normalize(imageEmbeds) as Tensor2D; // l2Normalize keeps the rank
  return imageMask ? mul(normalized, reshape(cast(imageMask, 'float32'), [-1, 1])) : normalized;
}
