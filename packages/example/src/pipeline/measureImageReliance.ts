import { guardGpu } from '@crossmodal/backends';
import type { Sample } from '@crossmodal/dataset';
import { measureImageReliance as measureBatch, type MultimodalSentimentModel } from '@crossmodal/fusion-model';
import { dispose } from '@tensorflow/tfjs-core';
import { encodeSides } from '../encoders/encodeSides.js';
import { batchTensors, collateSamples, type EncodedSample, tensorsOf } from './EncodedBatch.js';
import type { BatchSource } from './sampleBatches.js';
import type { TokenCache } from './TokenCache.js';

/** How many other pictures each sample gets in turn. */
const REPLACEMENTS = 3;

/**
 * Measures how far the logits of each sample move when its picture is replaced by those of other samples.
 *
 * Each sample gets up to three others' pictures in turn; the result is the mean of the shifts, which `measureImageReliance` of
 * `@crossmodal/fusion-model` defines. Samples without a picture are left out, as givers too.
 *
 * @param samples - at least two with a picture; fewer leave nothing to replace with
 * @returns id -> shift in logits; empty for a model that does not look at pictures
 */
export async function measureImageReliance(
  model: MultimodalSentimentModel,
  source: BatchSource,
  tokens: TokenCache,
  samples: readonly Sample[],
  onProgress?: (done: number) => void,
): Promise<ReadonlyMap<string, number>> {
  const shifts = new Map<string, number>();
  const { processor, tokenizer, shapes } = source;
  if (!processor) return shifts;
  model.eval();
  const items = await withPicture(source, tokens, samples);
  for (const group of evenGroups(items, Math.max(2, source.batchSize))) {
    // No rows are added: each would need another picture too.
    const ownShapes = shapes && { ...shapes, rows: [group.length] };
    // Pictures are replaced as pixels.
    const raw = collateSamples(group, tokenizer, processor, ownShapes);
    const tensors = batchTensors(await encodeSides(raw, { text: source.encoders?.text }));
    try {
      const rounds: (readonly number[])[] = [];
      for (const offset of offsets(group.length)) {
        const replacement = group.map((_, index) => (index + offset) % group.length);
        rounds.push((await guardGpu(() => measureBatch(model, tensors, replacement))).shifts);
      }
      group.forEach(({ sample }, row) => {
        shifts.set(sample.id, rounds.reduce((sum, round) => sum + (round[row] ?? NaN), 0) / rounds.length);
      });
    } finally {
      dispose(tensorsOf(tensors));
    }
    onProgress?.(shifts.size);
  }
  return shifts;
}

async function withPicture(
  source: BatchSource,
  tokens: TokenCache,
  samples: readonly Sample[],
): Promise<EncodedSample[]> {
  const items: EncodedSample[] = [];
  for (const sample of samples) {
    const image = await source.images.load(sample);
    if (image.present) items.push({ sample, inputIds: tokens.encode(sample.text), image, label: -1 });
  }
  return items;
}

/** Groups of nearly equal size, none of a single item: it would have no other picture. */
function evenGroups<T>(items: readonly T[], largest: number): (readonly T[])[] {
  const count = Math.min(Math.ceil(items.length / largest), Math.floor(items.length / 2));
  const bound = (index: number): number => Math.round((index * items.length) / count);
  return Array.from({ length: count }, (_, index) => items.slice(bound(index), bound(index + 1)));
}

/** Spread over the group: neighbours in a file may be alike. */
function offsets(size: number): number[] {
  const count = Math.min(REPLACEMENTS, size - 1);
  return Array.from({ length: count }, (_, index) => Math.round(((index + 1) * size) / (count + 1)));
}
