import { type ActivationName } from '@crossmodal/layers';

/** Sizes of a CLIP vision encoder: `config.json` in camelCase. Defaults equal openai/clip-vit-base-patch32's `vision_config`. */
export interface ClipVisionConfig {
  /** Size of the stream; default 768. */
  readonly hiddenSize: number;
  /** Size inside the feed-forward parts; default 3072. */
  readonly intermediateSize: number;
  /** Size of `imageEmbeds`; default 512. */
  readonly projectionDim: number;
  /** Default 12. */
  readonly numHiddenLayers: number;
  /** Divides `hiddenSize`; default 12. */
  readonly numAttentionHeads: number;
  /** Only 3 is built here. */
  readonly numChannels: number;
  /** Side of the square input in pixels; default 224. */
  readonly imageSize: number;
  /** Side of a square patch in pixels; default 32. Pixels right of and below the last whole patch are not seen. */
  readonly patchSize: number;
  /** Activation of the feed-forward parts; default 'quick_gelu'. */
  readonly hiddenAct: ActivationName;
  /** Added to the variance in layer normalization; default 1e-5. */
  readonly layerNormEps: number;
  /** Dropout of the attention weights in training mode, in [0, 1); default 0. */
  readonly attentionDropout: number;
  /** Standard deviation of new patch and position embeddings; default 0.02. */
  readonly initializerRange: number;
  /** Scales all new weights; default 1. */
  readonly initializerFactor: number;
}

/** The `vision_config` of openai/clip-vit-base-patch32. */
export const defaultClipVisionConfig: ClipVisionConfig = {
  hiddenSize: 768,
  intermediateSize: 3072,
  projectionDim: 512,
  numHiddenLayers: 12,
  numAttentionHeads: 12,
  numChannels: 3,
  imageSize: 224,
  patchSize: 32,
  hiddenAct: 'quick_gelu',
  layerNormEps: 1e-5,
  attentionDropout: 0,
  initializerRange: 0.02,
  initializerFactor: 1,
};
