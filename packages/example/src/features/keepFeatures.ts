import { createHash } from 'node:crypto';
import type { Sample } from '@crossmodal/dataset';
import type { ImageEncoder, MultimodalSentimentModel, TextEncoder } from '@crossmodal/fusion-model';
import { buildFeatures, type FeatureCache, type SampleFeatures } from '@crossmodal/training';
import type { TrainConfig } from '../config/TrainConfig.js';
import type { BatchSource } from '../pipeline/sampleBatches.js';
import type { TokenCache } from '../pipeline/TokenCache.js';
import type { OnRunEvent } from '../run/RunEvent.js';
import { isFrozen } from '../encoders/isFrozen.js';
import { encodeItems } from './encodeItems.js';
import { openFeatureCache } from './openFeatureCache.js';
import type { RunFeatures } from './RunFeatures.js';

/** Images that are decoded side by side, where they do not lie in memory any more. */
const LOADED_AT_ONCE = 16;

/** What {@link keepFeatures} needs beside the model. */
export interface KeepFeaturesOptions {
  readonly config: TrainConfig;
  readonly source: BatchSource;
  readonly tokens: TokenCache;
  /** Everything that the run will look at. */
  readonly samples: readonly Sample[];
  readonly onEvent: OnRunEvent;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs each encoder of which nothing is trained once over all samples, unless an earlier run did, and keeps what it gives on disk.
 *
 * @returns how to read it; nothing for the sides that are trained, or when it was stopped before it was done
 * @throws `CommitError` when the disk is full
 */
export async function keepFeatures(
  model: MultimodalSentimentModel,
  options: KeepFeaturesOptions,
): Promise<RunFeatures> {
  if (!options.config.cacheFeatures) return {};
  model.eval();
  const { textEncoder, imageEncoder } = model;
  const text = textEncoder && isFrozen(textEncoder) ? await keepTexts(model, textEncoder, options) : undefined;
  const image = imageEncoder && isFrozen(imageEncoder) ? await keepImages(model, imageEncoder, options) : undefined;
  return options.signal?.aborted ? {} : { text, image };
}

async function keepTexts(
  model: MultimodalSentimentModel,
  encoder: TextEncoder,
  options: KeepFeaturesOptions,
): Promise<RunFeatures['text']> {
  const { config, source, tokens, samples } = options;
  const cache = await openFeatureCache('text', encoder, config, source);
  const idOf = (sample: Sample): string => sha256(Int32Array.from(tokens.encode(sample.text)));
  // Texts of like length side by side need little padding.
  const byLength = [...samples].sort((a, b) => tokens.encode(a.text).length - tokens.encode(b.text).length);
  const contents = new Map(byLength.map((sample) => [idOf(sample), sample]));
  await build('text', cache, contents, options, (batch) => {
    const items = batch.map((sample) => ({
      sample,
      inputIds: tokens.encode(sample.text),
      image: undefined,
      label: -1,
    }));
    return encodeItems('text', model, items, config.fusionStrategy, source);
  });
  return (sample) => cache.read(idOf(sample));
}

async function keepImages(
  model: MultimodalSentimentModel,
  encoder: ImageEncoder,
  options: KeepFeaturesOptions,
): Promise<RunFeatures['image']> {
  const { config, source, samples } = options;
  const cache = await openFeatureCache('image', encoder, config, source);
  const kept = new Map<string, { readonly id: string; readonly present: boolean }>();
  const contents = new Map<string, Sample>();
  for (let start = 0; start < samples.length; start += LOADED_AT_ONCE) {
    const group = samples.slice(start, start + LOADED_AT_ONCE);
    const images = await Promise.all(group.map((sample) => source.images.load(sample)));
    for (const [i, { pixels, present }] of images.entries()) {
      const sample = group[i];
      if (!sample) continue;
      const id = present ? sha256(pixels) : 'no-image';
      kept.set(sample.id, { id, present });
      contents.set(id, sample);
    }
  }
  await build('image', cache, contents, options, async (batch) => {
    const load = async (sample: Sample) => ({
      sample,
      inputIds: [],
      image: await source.images.load(sample),
      label: -1,
    });
    return encodeItems('image', model, await Promise.all(batch.map(load)), config.fusionStrategy, source);
  });
  return async (sample) => {
    const { id = '', present = false } = kept.get(sample.id) ?? {};
    return { features: await cache.read(id), present };
  };
}

async function build(
  side: 'text' | 'image',
  cache: FeatureCache,
  contents: ReadonlyMap<string, Sample>,
  { source, onEvent, signal }: KeepFeaturesOptions,
  encode: (batch: readonly Sample[]) => Promise<readonly SampleFeatures[]>,
): Promise<void> {
  const say = (level: 'info' | 'warning', text: string): void => onEvent({ type: 'message', level, text });
  if (cache.damagedChunks > 0) {
    say(
      'warning',
      `${side} features: ${cache.damagedChunks} damaged files in the cache were removed; they are made again`,
    );
  }
  const { found, computed, total } = await buildFeatures({
    cache,
    ids: [...contents.keys()],
    batchSize: source.batchSize,
    signal,
    encodeBatch: (ids) => encode(ids.flatMap((id) => contents.get(id) ?? [])),
    onProgress: (progress) => {
      const missing = progress.total - progress.found;
      if (missing === 0) return;
      onEvent({
        type: 'progress',
        task: `${side} features`,
        done: progress.computed,
        total: missing,
        unit: `${side}s`,
      });
    },
  });
  const state = found + computed < total ? `, ${total - found - computed} left` : '';
  say(
    'info',
    `${side} features: ${found} of ${total} found in the cache, ${computed} computed${state}; in ${cache.location}`,
  );
}

function sha256(values: Int32Array | Uint8Array): string {
  return createHash('sha256').update(values).digest('hex');
}
