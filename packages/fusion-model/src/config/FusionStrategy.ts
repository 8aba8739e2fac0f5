/** How text and image become one feature vector. */
export type FusionStrategy =
  'cross-attention' | 'pooled-cross-attention' | 'concatenation' | 'text-only' | 'image-only';

/** Which encoders a strategy runs. */
export interface EncoderNeeds {
  readonly text: boolean;
  readonly image: boolean;
}

/** Every strategy and the encoders it runs. */
export const fusionStrategies: Readonly<Record<FusionStrategy, EncoderNeeds>> = {
  'cross-attention': { text: true, image: true },
  'pooled-cross-attention': { text: true, image: true },
  concatenation: { text: true, image: true },
  'text-only': { text: true, image: false },
  'image-only': { text: false, image: true },
};

/** Which tensors of each side a strategy combines, by their names in `TextFeatures` and `ImageFeatures`. */
export interface FeatureNeeds {
  readonly text: readonly ('lastHiddenState' | 'poolerOutput')[];
  readonly image: readonly ('patchStates' | 'imageEmbeds')[];
}

/** Every strategy and the features it combines: what is worth keeping of an encoder that is not trained. */
export const fusionFeatures: Readonly<Record<FusionStrategy, FeatureNeeds>> = {
  'cross-attention': { text: ['lastHiddenState', 'poolerOutput'], image: ['patchStates'] },
  'pooled-cross-attention': { text: ['poolerOutput'], image: ['imageEmbeds'] },
  concatenation: { text: ['poolerOutput'], image: ['imageEmbeds'] },
  'text-only': { text: ['poolerOutput'], image: [] },
  'image-only': { text: [], image: ['imageEmbeds'] },
};

/** Whether a value names a strategy. */
export function isFusionStrategy(value: unknown): value is FusionStrategy {
  return typeof value === 'string' && Object.hasOwn(fusionStrategies, value);
}
