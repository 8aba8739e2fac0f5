import type { FusionStrategy, MultimodalSentimentModel } from '@crossmodal/fusion-model';
import { type SampleFeatures, unpadFeatures } from '@crossmodal/training';
import { dispose, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { batchTensors, collateSamples, type EncodedSample } from '../pipeline/EncodedBatch.js';
import type { BatchSource } from '../pipeline/evaluateSplit.js';
import { keptNames } from './openFeatureCache.js';

/** Runs one side of some samples through its encoder and takes what the strategy combines, in the order of the samples. */
export async function encodeItems(
  side: 'text' | 'image',
  model: MultimodalSentimentModel,
  items: readonly EncodedSample[],
  strategy: FusionStrategy,
  { tokenizer, processor }: Pick<BatchSource, 'tokenizer' | 'processor'>,
): Promise<SampleFeatures[]> {
  const tensors = tidy(() => {
    const batch = batchTensors(collateSamples(items, tokenizer, side === 'image' ? processor : undefined));
    const { inputIds, attentionMask, pixelValues } = batch;
    const features = model.encode(side === 'text' ? { inputIds, attentionMask } : { pixelValues })[side];
    const byName = features as Readonly<Record<string, Tensor>> | undefined;
    return Object.fromEntries(
      keptNames(side, strategy).flatMap((name) => (byName?.[name] ? [[name, byName[name]]] : [])),
    );
  });
  try {
    return await unpadFeatures(tensors, side === 'text' ? items.map(({ inputIds }) => inputIds.length) : undefined);
  } finally {
    dispose(tensors);
  }
}
