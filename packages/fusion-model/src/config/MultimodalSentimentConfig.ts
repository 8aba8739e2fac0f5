import type { AttentionGate } from '@crossmodal/cross-attention';
import type { FusionStrategy } from './FusionStrategy.js';

/** Everything that shapes a {@link MultimodalSentimentModel} beside its encoders; names as in Hugging Face's configs. */
export interface MultimodalSentimentConfig {
  /** How text and image are combined. */
  readonly fusionStrategy: FusionStrategy;
  /** Number of classes. */
  readonly numLabels: number;
  /** Name of each class by number, `0` to `numLabels - 1`. */
  readonly id2label: Readonly<Record<number, string>>;
  /** Number of each class by name. */
  readonly label2id: Readonly<Record<string, number>>;
  /** Features inside attention; divisible by `numAttentionHeads`. */
  readonly hiddenSize: number;
  /** Heads of `'cross-attention'`. */
  readonly numAttentionHeads: number;
  /** Learned null key of `'cross-attention'`. */
  readonly nullKey: boolean;
  /** Gate of `'cross-attention'`. */
  readonly gate: AttentionGate;
  /** Dropout of attention weights in `'cross-attention'`, in [0, 1). */
  readonly attentionDropout: number;
  /** Dropout before each layer of the classifier, in [0, 1). */
  readonly hiddenDropoutProb: number;
  /** Width of a hidden layer in the classifier; `null` = none, a linear classifier as the original has. */
  readonly classifierHiddenSize: number | null;
  /** Standard deviation of the classifier's initial weights. */
  readonly initializerRange: number;
}

/** What a caller gives: the strategy, the classes, and whatever differs from the defaults. */
export interface MultimodalSentimentOptions {
  /** Default `'cross-attention'`. */
  readonly fusionStrategy?: FusionStrategy | undefined;
  /** Default: the number of entries of `id2label`, else 2. */
  readonly numLabels?: number | undefined;
  /** Default `LABEL_0`, `LABEL_1`, ... */
  readonly id2label?: Readonly<Record<number, string>> | undefined;
  /** Derived from `id2label`; if given, it must agree. */
  readonly label2id?: Readonly<Record<string, number>> | undefined;
  /** Default: the hidden size of the text encoder, of the image encoder if there is no text. */
  readonly hiddenSize?: number | undefined;
  /** Default 1. */
  readonly numAttentionHeads?: number | undefined;
  /** Default `false`. */
  readonly nullKey?: boolean | undefined;
  /** Default `'none'`. */
  readonly gate?: AttentionGate | undefined;
  /** Default 0. */
  readonly attentionDropout?: number | undefined;
  /** Default 0.1. */
  readonly hiddenDropoutProb?: number | undefined;
  /** Default `null`. */
  readonly classifierHiddenSize?: number | null | undefined;
  /** Default 0.02. */
  readonly initializerRange?: number | undefined;
}
