import { EventLoopBreather } from '../loop/EventLoopBreather.js';
import { type FeatureCache } from './FeatureCache.js';
import { type SampleFeatures } from './SampleFeatures.js';

/** Written at once: as little as is worth a file, and as much as may be lost when the process dies. */
const chunkLimits = { bytes: 16 * 2 ** 20, samples: 256 } as const;

/** How far {@link buildFeatures} is. Samples of the same content count once. */
export interface FeatureProgress {
  /** In the cache from the beginning. */
  readonly found: number;
  /** Computed by this call. */
  readonly computed: number;
  /** Asked for. */
  readonly total: number;
}

/** Options of {@link buildFeatures}. */
export interface BuildFeaturesOptions {
  /** Gets what it lacks. */
  readonly cache: FeatureCache;
  /** Samples, in the order in which they go through the encoder: put those of like length side by side. */
  readonly ids: readonly string[];
  /** Runs the encoder, in evaluation mode: the features of these samples, in their order. */
  readonly encodeBatch: (ids: readonly string[]) => Promise<readonly SampleFeatures[]>;
  /** Samples in a call of `encodeBatch`, at least 1. */
  readonly batchSize: number;
  /** Hears of the state at the beginning and after each batch. */
  readonly onProgress?: ((progress: FeatureProgress) => void) | undefined;
  /** Stop before the next batch when it is aborted; what was computed is kept. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Computes the features that a cache lacks and writes them as they come, so that memory holds one chunk (16 MB or 256 samples) and not the data.
 *
 * @returns how it ended: `found + computed` is less than `total` only when it was stopped by the signal
 * @throws RangeError when `batchSize` is not at least 1, or `encodeBatch` gives another number of samples
 * @throws whatever `encodeBatch` and `FeatureCache.append` throw; chunks that were written stay
 */
export async function buildFeatures({
  cache,
  ids,
  encodeBatch,
  batchSize,
  onProgress,
  signal,
}: BuildFeaturesOptions): Promise<FeatureProgress> {
  if (!Number.isSafeInteger(batchSize) || batchSize < 1) {
    throw new RangeError(`buildFeatures: batchSize must be a whole number from 1, got ${batchSize}.`);
  }
  const unique = [...new Set(ids)];
  const missing = unique.filter((id) => !cache.has(id));
  let progress: FeatureProgress = { found: unique.length - missing.length, computed: 0, total: unique.length };
  onProgress?.(progress);
  const breather = new EventLoopBreather();
  let chunk = new Map<string, SampleFeatures>();
  for (let start = 0; start < missing.length && !signal?.aborted; start += batchSize) {
    const batch = missing.slice(start, start + batchSize);
    const features = await encodeBatch(batch);
    if (features.length !== batch.length) {
      throw new RangeError(
        `buildFeatures: encodeBatch must give the features of ${batch.length} samples, got ${features.length}.`,
      );
    }
    for (const [row, sample] of features.entries()) chunk.set(batch[row] ?? '', sample);
    if (chunk.size >= chunkLimits.samples || bytesOf(chunk) >= chunkLimits.bytes) {
      await cache.append(chunk);
      chunk = new Map();
    }
    progress = { ...progress, computed: progress.computed + batch.length };
    onProgress?.(progress);
    await breather.breathe();
  }
  await cache.append(chunk);
  return progress;
}

function bytesOf(chunk: ReadonlyMap<string, SampleFeatures>): number {
  let bytes = 0;
  for (const features of chunk.values()) for (const { data } of Object.values(features)) bytes += data.byteLength;
  return bytes;
}
