import { guardGpu } from '@crossmodal/backends';
import type { FusionStrategy, MultimodalSentimentModel } from '@crossmodal/fusion-model';
import { featureTensors, type PaddedFeature, type SampleFeatures, unpadFeatures } from '@crossmodal/training';
import { dispose, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { batchTensors, collateSamples, type EncodedBatch, type EncodedSample } from '../pipeline/EncodedBatch.js';
import type { BatchSource } from '../pipeline/sampleBatches.js';
import { keptNames } from './keptNames.js';

/** Runs one side of some samples through its encoder and takes what the strategy combines, in the order of the samples. */
export async function encodeItems(
  side: 'text' | 'image',
  model: MultimodalSentimentModel,
  items: readonly EncodedSample[],
  strategy: FusionStrategy,
  { tokenizer, processor, shapes, encoders }: Pick<BatchSource, 'tokenizer' | 'processor' | 'shapes' | 'encoders'>,
): Promise<SampleFeatures[]> {
  const batch = collateSamples(items, tokenizer, side === 'image' ? processor : undefined, shapes);
  const encoded = await encoders?.[side]?.encode(batch);
  const tensors = encoded ? upload(encoded) : runEncoder(side, model, batch, strategy);
  try {
    const lengths = Array.from({ length: batch.rows }, (_, row) => items[row]?.inputIds.length ?? 0);
    const features = await guardGpu(() => unpadFeatures(tensors, side === 'text' ? lengths : undefined));
    return features.slice(0, items.length); // without the rows that only fill the batch
  } finally {
    dispose(tensors);
  }
}

/**
 * Runs one side of a batch through the model's own encoder, on the backend that runs.
 *
 * @returns what the strategy combines, by name; the caller's to dispose
 */
export function runEncoder(
  side: 'text' | 'image',
  model: MultimodalSentimentModel,
  batch: EncodedBatch,
  strategy: FusionStrategy,
): Record<string, Tensor> {
  return tidy(() => {
    const { inputIds, attentionMask, pixelValues } = batchTensors(batch);
    const features = model.encode(side === 'text' ? { inputIds, attentionMask } : { pixelValues })[side];
    const byName = features as Readonly<Record<string, Tensor>> | undefined;
    return Object.fromEntries(
      keptNames(side, strategy).flatMap((name) => (byName?.[name] ? [[name, byName[name]]] : [])),
    );
  });
}

/** Their values alone. */
function upload(features: ReadonlyMap<string, PaddedFeature>): Record<string, Tensor> {
  return tidy(() => Object.fromEntries([...featureTensors(features)].map(([name, { values }]) => [name, values])));
}
