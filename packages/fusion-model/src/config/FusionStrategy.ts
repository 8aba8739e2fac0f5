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

/** Whether a value names a strategy. */
export function isFusionStrategy(value: unknown): value is FusionStrategy {
  return typeof value === 'string' && Object.hasOwn(fusionStrategies, value);
}
