import { type FloatTensor } from '@crossmodal/weights';

/**
 * What an encoder made of one sample, by name: token states `[T, D]` without padding, patch states `[P, D]`, pooled vectors `[D]`.
 * Names are letters and digits.
 */
export type SampleFeatures = Readonly<Record<string, FloatTensor>>;
