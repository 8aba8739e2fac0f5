import { l2Normalize } from '@crossmodal/layers';
import { cast, mul, reshape, type Tensor2D } from '@tensorflow/tfjs-core';
import type { ImageFeatures } from './Fusion.js';
import { requireFeature } from './requireFeature.js';

/** The image as one vector of length 1, `[B, E]`; zeros for a sample without an image. */
export function normalizedImage(image: ImageFeatures | undefined, fusion: string): Tensor2D {
  const imageEmbeds = requireFeature(image?.imageEmbeds, 'image.imageEmbeds', fusion);
  const normalized = l2Normalize(imageEmbeds) as Tensor2D; // l2Normalize keeps the rank
  return image?.imageMask ? mul(normalized, reshape(cast(image.imageMask, 'float32'), [-1, 1])) : normalized;
}
