import type { CallContext, Module } from '@crossmodal/layers';
import type { Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';

/** What a text encoder is called with. */
export interface TextEncoderInputs {
  /** `[B, T]` int32 */
  readonly inputIds: Tensor2D;
  /** `[B, T]`, 1 = a token that counts. */
  readonly attentionMask?: Tensor2D | undefined;
  /** `[B, T]` int32 */
  readonly tokenTypeIds?: Tensor2D | undefined;
}

/** What a text encoder returns; the caller disposes the tensors. */
export interface TextEncoderOutput {
  /** `[B, T, D]` float32: the state of each token. */
  readonly lastHiddenState: Tensor3D;
  /** `[B, D]` float32: the text as one vector. Every strategy with text needs it. */
  readonly poolerOutput?: Tensor2D | undefined;
}

/** The part of a text encoder that this package uses; `BertEncoder` of `@crossmodal/text-encoder` has it. */
export interface TextEncoder extends Module {
  /** Size of each token state and of the pooled vector. */
  readonly hiddenSize: number;
  /** Runs the encoder; the results are the caller's. In training mode `context` holds the step's seed. */
  call(inputs: TextEncoderInputs, context?: CallContext): TextEncoderOutput;
  /** The files of a checkpoint folder from which it can be loaded again, by name. */
  files(): Promise<ReadonlyMap<string, Uint8Array | string>>;
}
