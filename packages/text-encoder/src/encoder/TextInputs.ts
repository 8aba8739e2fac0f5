import { type Tensor2D } from '@tensorflow/tfjs-core';

/** What a text encoder reads. */
export interface TextInputs {
  /** `[B, T]` int32, each in [0, `vocabSize`). The range cannot be checked here: it would take reading the values. */
  readonly inputIds: Tensor2D;
  /** `[B, T]`, 1 = keep, 0 = padding; default all 1. */
  readonly attentionMask?: Tensor2D | undefined;
  /** `[B, T]` int32, each in [0, `typeVocabSize`); default all 0. Not read by encoders without token types: DistilBERT and CLIP. */
  readonly tokenTypeIds?: Tensor2D | undefined;
}
