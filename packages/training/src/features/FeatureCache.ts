import {
  CommitError,
  commitFolder,
  type FileSystem,
  type FloatTensor,
  listFolders,
  openFolder,
  removeFolder,
  sweepOrphans,
  type TensorFile,
  writeFolder,
} from '@crossmodal/weights';
import { sha256Hex } from '../hashes/sha256Hex.js';
import { FeatureCacheError } from './FeatureCacheError.js';
import { chunkBytes, chunkFile, featuresBySample, type FeaturePrecision, openChunk } from './featureChunk.js';
import { padFeatures, type PaddedFeature, type PadFeaturesOptions } from './padFeatures.js';
import { type SampleFeatures } from './SampleFeatures.js';

/** Where features lie, and what they are features of. */
export interface FeatureCacheOptions {
  /** Gets a folder for each identity; any number of runs and processes may share it. */
  readonly directory: string;
  /** What decides the features beside the sample: hashes of the encoder's weights and settings, of how samples are prepared, and so on. */
  readonly identity: Readonly<Record<string, string | number | boolean>>;
  /** Default `'float32'`, which gives back every bit. */
  readonly precision?: FeaturePrecision | undefined;
  /** What writes; default: this machine's. */
  readonly fileSystem?: FileSystem | undefined;
}

interface KeptSample {
  readonly file: TensorFile;
  readonly features: readonly string[];
}

/**
 * Features of samples on disk: computed once by an encoder that is not trained, read in every epoch.
 *
 * A sample is known by an id that the caller makes from its content. The folder of an identity holds chunks, and each is a folder that is
 * named after the SHA-256 of what it holds, appears whole or not at all, and is never changed. So there is no list that could be
 * wrong, two processes that write the same chunk write the same bytes, and damage shows when the cache is opened. Reading takes pieces of the
 * files; what is read often stays in the memory of the operating system, not in ours.
 */
export class FeatureCache {
  /** The folder of this identity. */
  readonly location: string;
  /** Chunks that were not what their name says when the cache was opened. They were removed. */
  readonly damagedChunks: number;
  readonly #precision: FeaturePrecision;
  readonly #fileSystem: FileSystem | undefined;
  readonly #samples: Map<string, KeptSample>;

  private constructor(
    location: string,
    { precision = 'float32', fileSystem }: FeatureCacheOptions,
    found: { readonly samples: Map<string, KeptSample>; readonly damagedChunks: number },
  ) {
    this.location = location;
    this.#precision = precision;
    this.#fileSystem = fileSystem;
    this.#samples = found.samples;
    this.damagedChunks = found.damagedChunks;
  }

  /**
   * Opens the folder of an identity, reads everything in it once and compares it with its hashes.
   *
   * @param options - where, and features of what
   * @throws `CommitError` or the system's error when the folder cannot be read, or a damaged chunk not be removed
   */
  static async open(options: FeatureCacheOptions): Promise<FeatureCache> {
    const { directory, identity, precision = 'float32', fileSystem } = options;
    const entries = Object.entries({ ...identity, precision }).sort(([a], [b]) => (a < b ? -1 : 1));
    const location = `${directory}/${await sha256Hex(JSON.stringify(entries))}`;
    await sweepOrphans(location, fileSystem);
    const samples = new Map<string, KeptSample>();
    let damagedChunks = 0;
    for (const name of (await listFolders(location, fileSystem)).filter((found) => /^[0-9a-f]{64}$/.test(found))) {
      const chunk = await readChunk(`${location}/${name}`, name);
      if (chunk) index(chunk, samples);
      else {
        await removeFolder(`${location}/${name}`, fileSystem);
        damagedChunks += 1;
      }
    }
    return new FeatureCache(location, options, { samples, damagedChunks });
  }

  /** How many samples are there. */
  get size(): number {
    return this.#samples.size;
  }

  /** Whether the features of a sample are there. */
  has(id: string): boolean {
    return this.#samples.has(id);
  }

  /**
   * Writes features as one chunk and reads it back. The chunk is held in memory meanwhile.
   *
   * @param features - by id of the sample
   * @throws RangeError when an id cannot be written or a value is not finite in the cache's precision
   * @throws `CommitError` when the file system refuses, such as for a full disk; what was there before is unchanged
   */
  async append(features: ReadonlyMap<string, SampleFeatures>): Promise<void> {
    if (features.size === 0) return;
    const bytes = chunkBytes(features, this.#precision);
    const name = await sha256Hex(bytes);
    const path = `${this.location}/${name}`;
    try {
      const write = (temporary: string): Promise<void> =>
        writeFolder(temporary, new Map([[chunkFile, bytes]]), this.#fileSystem);
      await commitFolder(path, write, this.#fileSystem);
    } catch (error) {
      // Another process was first, or the last sync failed: a whole chunk is there, which is read back below.
      if (!(error instanceof CommitError) || !(await openFolder(path).has(chunkFile))) throw error;
    }
    const chunk = await readChunk(path, name);
    if (!chunk) throw this.#error(`chunk ${name} must be what was written, got other bytes. The disk may be failing.`);
    index(chunk, this.#samples);
  }

  /**
   * The features of one sample, in new memory.
   *
   * @throws {@link FeatureCacheError} when they are not there, or the chunk vanished since the cache was opened
   */
  async read(id: string): Promise<SampleFeatures> {
    const kept = this.#samples.get(id);
    if (!kept)
      throw this.#error(`sample "${id.slice(0, 80)}" must be in the cache, got ${this.size} others. Build it first.`);
    try {
      const read = async (name: string): Promise<[string, FloatTensor]> => {
        // Chunks hold nothing but floating-point numbers, which are read as float32.
        const { shape, data } = (await kept.file.read(`${id}/${name}`)) as FloatTensor;
        return [name, { shape, data }];
      };
      return Object.fromEntries(await Promise.all(kept.features.map(read)));
    } catch (cause) {
      throw this.#error(
        `sample "${id.slice(0, 80)}" must stay readable while the cache is open, got a failure. ` +
          'Open it again: what is missing is then built anew.',
        cause,
      );
    }
  }

  /**
   * The features of several samples side by side, padded with zeros.
   *
   * @param ids - at least one; an id may be there several times
   * @param options - how many states there are afterwards
   * @returns by name of the feature
   * @throws {@link FeatureCacheError} as `read` does
   * @throws RangeError when the samples do not fit together
   */
  async batch(ids: readonly string[], options?: PadFeaturesOptions): Promise<Map<string, PaddedFeature>> {
    return padFeatures(await Promise.all(ids.map((id) => this.read(id))), options);
  }

  #error(message: string, cause?: unknown): FeatureCacheError {
    return new FeatureCacheError(this.location, message, cause === undefined ? undefined : { cause });
  }
}

/** Opens a chunk when every bit of it is what its name says. */
async function readChunk(path: string, name: string): Promise<TensorFile | undefined> {
  const folder = openFolder(path);
  if (!(await folder.has(chunkFile))) return undefined;
  const bytes = await folder.read(chunkFile);
  return (await sha256Hex(bytes)) === name ? openChunk(folder, bytes.length) : undefined;
}

function index(file: TensorFile, samples: Map<string, KeptSample>): void {
  for (const [id, features] of featuresBySample(file)) if (!samples.has(id)) samples.set(id, { file, features });
}
