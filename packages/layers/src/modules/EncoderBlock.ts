import { type Tensor3D, type Tensor4D, tidy } from '@tensorflow/tfjs-core';
import { gradientCheckpoint } from '../gradients/gradientCheckpoint.js';
import { type ActivationName } from '../ops/activation.js';
import { type Initializer } from '../random/initializers.js';
import { type CallContext, Module } from './Module.js';

/** Options of {@link PostNormBlock} and {@link PreNormBlock}, named as in Hugging Face's `config.json`. */
export interface EncoderBlockOptions {
  /** Size of the stream. */
  readonly hiddenSize: number;
  /** Number of attention heads; divides `hiddenSize`. */
  readonly numAttentionHeads: number;
  /** Size inside the feed-forward part. */
  readonly intermediateSize: number;
  /** Added to the variance in layer normalization. */
  readonly layerNormEps: number;
  /** Activation of the feed-forward part. */
  readonly hiddenAct: ActivationName;
  /** Dropout of what each half adds to the stream, in [0, 1); default 0. */
  readonly hiddenDropout?: number | undefined;
  /** Dropout of the attention weights, in [0, 1); default 0. */
  readonly attentionDropout?: number | undefined;
  /** First values of the weights; default normal with standard deviation 0.02. */
  readonly initializer?: Initializer | undefined;
  /** Seed of the initializer; default 0. */
  readonly seed?: number | undefined;
}

/** What a block takes beside the stream. The seed must differ from block to block: see `deriveSeed`. */
export interface EncoderBlockContext extends CallContext {
  /** Added to the attention scores, as `maskToBias` makes it; default: none. */
  readonly bias?: Tensor4D | undefined;
}

/** What a block gives back; new tensors, the caller disposes both. */
export interface EncoderBlockResult {
  /** `[B, T, D]` float32. */
  readonly hiddenStates: Tensor3D;
  /** `[B, H, T, T]` float32, before dropout. */
  readonly attentions: Tensor4D;
}

/** A block of an encoder: {@link PostNormBlock}, {@link PreNormBlock} or one like them. */
export abstract class EncoderBlock extends Module {
  /** Whether the block keeps nothing but its inputs for the backward pass, which runs it again; default false. See {@link enableGradientCheckpointing}. */
  gradientCheckpointing = false;

  /**
   * Runs the block.
   *
   * @param hiddenStates - `[B, T, D]` float32
   * @param context - attention bias, and the block's own seed in training mode
   */
  abstract call(hiddenStates: Tensor3D, context?: EncoderBlockContext): EncoderBlockResult;

  /**
   * What a stack calls: the stream alone, without the attention weights, and with `gradientCheckpointing` without keeping what is computed between.
   *
   * @param hiddenStates - `[B, T, D]` float32
   * @param context - attention bias, and the block's own seed in training mode
   * @returns `[B, T, D]` float32; new tensor, the caller disposes it
   */
  callForStream(hiddenStates: Tensor3D, context: EncoderBlockContext = {}): Tensor3D {
    const { bias } = context;
    // What a block leaves over goes at once, not when the whole stack ends.
    const run = (stream: Tensor3D, mask?: Tensor4D): Tensor3D =>
      tidy(() => this.call(stream, { ...context, bias: mask }).hiddenStates);
    if (!this.gradientCheckpointing) return run(hiddenStates, bias);
    const variables = [...this.namedParameters().values()];
    return bias
      ? gradientCheckpoint(([stream, mask]) => run(stream, mask), [hiddenStates, bias] as const, variables)
      : gradientCheckpoint(([stream]) => run(stream), [hiddenStates] as const, variables);
  }
}
