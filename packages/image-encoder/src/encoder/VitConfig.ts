import { type ActivationName } from '@crossmodal/layers';

/** Sizes of a Vision Transformer: `config.json` in camelCase. Defaults equal google/vit-base-patch16-224's. */
export interface VitConfig {
  /** Size of the stream; default 768. */
  readonly hiddenSize: number;
  /** Size inside the feed-forward parts; default 3072. */
  readonly intermediateSize: number;
  /** Default 12. */
  readonly numHiddenLayers: number;
  /** Divides `hiddenSize`; default 12. */
  readonly numAttentionHeads: number;
  /** Only 3 is built here. */
  readonly numChannels: number;
  /** Side of the square input in pixels; default 224. */
  readonly imageSize: number;
  /** Side of a square patch in pixels; default 16. Pixels right of and below the last whole patch are not seen. */
  readonly patchSize: number;
  /** Activation of the feed-forward parts; default 'gelu', the exact one. */
  readonly hiddenAct: ActivationName;
  /** Added to the variance in layer normalization; default 1e-12. */
  readonly layerNormEps: number;
  /** Dropout of the embeddings and of what each half of a layer adds, in training mode, in [0, 1); default 0. */
  readonly hiddenDropoutProb: number;
  /** Dropout of the attention weights in training mode, in [0, 1); default 0. */
  readonly attentionProbsDropoutProb: number;
  /** Whether query, key and value have a bias; default true. */
  readonly qkvBias: boolean;
  /** Standard deviation of new weights; default 0.02. */
  readonly initializerRange: number;
}

/** The `config.json` of google/vit-base-patch16-224. */
export const defaultVitConfig: VitConfig = {
  hiddenSize: 768,
  intermediateSize: 3072,
  numHiddenLayers: 12,
  numAttentionHeads: 12,
  numChannels: 3,
  imageSize: 224,
  patchSize: 16,
  hiddenAct: 'gelu',
  layerNormEps: 1e-12,
  hiddenDropoutProb: 0,
  attentionProbsDropoutProb: 0,
  qkvBias: true,
  initializerRange: 0.02,
};
