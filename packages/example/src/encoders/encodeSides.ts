import type { EncodedBatch } from '../pipeline/EncodedBatch.js';
import type { RunEncoders } from './RunEncoders.js';

/**
 * Runs those sides of a batch for which there is an encoder and no features yet.
 *
 * @returns the batch with features in place of what was encoded
 */
export async function encodeSides(
  batch: EncodedBatch,
  { text, image }: Partial<Pick<RunEncoders, 'text' | 'image'>> = {},
): Promise<EncodedBatch> {
  const isRaw = batch.imageFeatures === undefined && batch.pixelValues !== undefined;
  const imageFeatures = isRaw ? await image?.encode(batch) : undefined;
  const textFeatures = batch.textFeatures === undefined ? await text?.encode(batch) : undefined;
  return {
    ...batch,
    ...(textFeatures ? { textFeatures } : {}),
    ...(imageFeatures ? { imageFeatures, pixelValues: undefined } : {}),
  };
}

/** The same for batch after batch. */
export async function* encodeBatches(
  batches: AsyncIterable<EncodedBatch>,
  encoders: RunEncoders,
): AsyncGenerator<EncodedBatch, undefined> {
  for await (const batch of batches) yield await encodeSides(batch, encoders);
}
