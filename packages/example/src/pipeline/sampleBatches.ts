import { createBatches, type LabelEncoder, type Sample } from '@crossmodal/dataset';
import type { ImageProcessor } from '@crossmodal/image-encoder';
import type { TextTokenizer } from '@crossmodal/text-encoder';
import { encodeBatches } from '../encoders/encodeSides.js';
import type { RunEncoders } from '../encoders/RunEncoders.js';
import type { RunFeatures } from '../features/RunFeatures.js';
import type { BatchShapes } from './BatchShapes.js';
import { collateSamples, type EncodedBatch, type EncodedSample } from './EncodedBatch.js';
import type { ImageStore } from './ImageStore.js';
import type { TokenCache } from './TokenCache.js';

/** Everything needed to turn samples into batches for one model. */
export interface BatchSource {
  readonly tokenizer: TextTokenizer;
  /** Absent for a text-only model. */
  readonly processor: ImageProcessor | undefined;
  readonly images: ImageStore;
  readonly labels: LabelEncoder;
  readonly maxLength: number;
  readonly batchSize: number;
  /** What frozen encoders made of the samples; default: every side is encoded. */
  readonly features?: RunFeatures | undefined;
  /** Those that ONNX Runtime runs; default: none. */
  readonly encoders?: RunEncoders | undefined;
  /** What batches are padded to; default: as little as possible. */
  readonly shapes?: BatchShapes | undefined;
}

/** Batches of a list of samples; shuffled and bucketed by length as a pure function of (seed, epoch). */
export function sampleBatches(
  source: BatchSource,
  tokens: TokenCache,
  samples: readonly Sample[],
  order: { readonly shuffle: boolean; readonly seed: number; readonly epoch: number },
): AsyncIterable<EncodedBatch> {
  const batches = createBatches<EncodedSample, EncodedBatch>({
    samples,
    ...order,
    batchSize: source.batchSize,
    lengthOf: (sample) => tokens.encode(sample.text).length,
    load: async (sample) => ({
      sample,
      inputIds: tokens.encode(sample.text),
      image: source.processor && !source.features?.image ? await source.images.load(sample) : undefined,
      textFeatures: await source.features?.text?.(sample),
      imageFeatures: await source.features?.image?.(sample),
      label: sample.label === null ? -1 : source.labels.encode(sample.label),
    }),
    collate: (items) => collateSamples(items, source.tokenizer, source.processor, source.shapes),
  });
  return source.encoders ? encodeBatches(batches, source.encoders) : batches;
}
