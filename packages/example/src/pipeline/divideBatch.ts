import type { PaddedFeature } from '@crossmodal/training';
import type { EncodedBatch } from './EncodedBatch.js';

/**
 * Divides a batch into ones of few rows.
 *
 * @param batch - not copied: what comes out are views of it
 * @param most - rows of each, at least 1; the last one may have fewer
 * @returns in order; the last ones may have no ids where rows fill the batch
 */
export function divideBatch(batch: EncodedBatch, most: number): readonly EncodedBatch[] {
  if (most >= batch.rows) return [batch];
  return Array.from({ length: Math.ceil(batch.rows / most) }, (_, i) =>
    rowsOf(batch, i * most, Math.min(batch.rows, (i + 1) * most)),
  );
}

function rowsOf(batch: EncodedBatch, from: number, to: number): EncodedBatch {
  const cut = <T extends Int32Array | Float32Array>(values: T): T => {
    const size = values.length / batch.rows;
    return values.subarray(from * size, to * size) as T; // of the same kind
  };
  const cutFeatures = (features: ReadonlyMap<string, PaddedFeature> | undefined) =>
    features &&
    new Map(
      [...features].map(([name, { shape, data, mask }]) => [
        name,
        { shape: [to - from, ...shape.slice(1)], data: cut(data), mask: mask && cut(mask) },
      ]),
    );
  return {
    ...batch,
    ids: batch.ids.slice(from, to),
    rows: to - from,
    inputIds: cut(batch.inputIds),
    attentionMask: cut(batch.attentionMask),
    pixelValues: batch.pixelValues && cut(batch.pixelValues),
    imageMask: cut(batch.imageMask),
    textFeatures: cutFeatures(batch.textFeatures),
    imageFeatures: cutFeatures(batch.imageFeatures),
    labels: cut(batch.labels),
  };
}
