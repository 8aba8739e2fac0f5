import { type NativeSession, type NativeTensor, type OnnxRuntimeBinding } from '../native/OnnxRuntimeBinding.js';
import { type KernelModel, type WrittenModel, writtenModel } from './KernelModel.js';
import { type OnnxModel } from './OnnxModel.js';

interface LoadedModel {
  readonly session: NativeSession;
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
}

const noOptions = {};

/** The models that have been used, each loaded once. */
export class SessionCache {
  readonly #binding: OnnxRuntimeBinding;
  readonly #numThreads: number;
  readonly #single = new Map<string, LoadedModel>();
  readonly #several = new Map<string, LoadedModel>();

  /**
   * @param binding - the native code
   * @param numThreads - that a large computation may use
   */
  constructor(binding: OnnxRuntimeBinding, numThreads: number) {
    this.#binding = binding;
    this.#numThreads = numThreads;
  }

  /** Models that are loaded. */
  get size(): number {
    return this.#single.size + this.#several.size;
  }

  /**
   * Computes. The outputs are written into their arrays.
   *
   * @param model - loaded at its first use
   * @param isLarge - large enough for several threads: each model that uses them owns a pool of them, so small work has models of its own
   */
  run(
    model: KernelModel | WrittenModel,
    inputs: readonly NativeTensor[],
    outputs: readonly NativeTensor[],
    isLarge: boolean,
  ): void {
    const numThreads = isLarge ? this.#numThreads : 1;
    const cache = numThreads > 1 ? this.#several : this.#single;
    let loaded = cache.get(model.key);
    if (!loaded) {
      loaded = this.#load(writtenModel(model), numThreads);
      cache.set(model.key, loaded);
    }
    const feeds: Record<string, NativeTensor> = {};
    for (const [i, name] of loaded.inputNames.entries()) {
      const input = inputs[i];
      if (input) feeds[name] = input;
    }
    const fetches: Record<string, NativeTensor> = {};
    for (const [i, name] of loaded.outputNames.entries()) {
      const output = outputs[i];
      if (output) fetches[name] = output;
    }
    loaded.session.run(feeds, fetches, noOptions);
  }

  /** Unloads a model. */
  unload(key: string): void {
    for (const cache of [this.#single, this.#several]) {
      cache.get(key)?.session.dispose();
      cache.delete(key);
    }
  }

  /** Unloads all models. */
  dispose(): void {
    for (const cache of [this.#single, this.#several]) {
      for (const { session } of cache.values()) session.dispose();
      cache.clear();
    }
  }

  #load(model: OnnxModel, numThreads: number): LoadedModel {
    const bytes = model.encode();
    const session = new this.#binding.InferenceSession();
    session.loadModel(bytes.buffer, bytes.byteOffset, bytes.byteLength, {
      intraOpNumThreads: numThreads,
      interOpNumThreads: 1,
      // A plan of all memory would come on top of the memory that the first run took piece by piece.
      enableMemPattern: false,
      // Threads of one pool that wait in a loop would take the cores from the next one.
      extra: { session: { intra_op: { allow_spinning: '0' } } },
    });
    return { session, inputNames: model.inputNames, outputNames: model.outputNames };
  }
}
