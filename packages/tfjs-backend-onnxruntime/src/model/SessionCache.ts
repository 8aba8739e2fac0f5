import { endingOutput, isEnding } from '../native/endingOutput.js';
import { type NativeSession, type NativeTensor, type OnnxRuntimeBinding } from '../native/OnnxRuntimeBinding.js';
import { type KernelModel, type WrittenModel, writtenModel } from './KernelModel.js';
import { type OnnxModel } from './OnnxModel.js';

interface LoadedModel {
  readonly session: NativeSession;
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
}

const noOptions = {};
/** Models kept for one number of threads. Most programs need some hundred, but one that clips at ever new limits would need ever more. */
const largestCount = 512;

/**
 * Outputs of so many bytes together are not copied. The native code copies every output when it is computed, also those that it wrote into arrays of ours: of a training
 * step all gradients, into fresh memory each time. Nobody wants the copies. A first output that it cannot hand over ends the run before them; below this size the error
 * would cost more than the copies.
 */
const smallestSpared = 2 ** 15;

/** The models that have been used, each loaded once; those not used for long are unloaded and loaded again when they are needed. */
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
    const loaded = this.#loaded(model, isLarge ? this.#numThreads : 1);
    const feeds: Record<string, NativeTensor> = {};
    for (const [i, name] of loaded.inputNames.entries()) {
      const input = inputs[i];
      if (input) feeds[name] = input;
    }
    const bytes = outputs.reduce((sum, { data }) => sum + data.byteLength, 0);
    const fetches: Record<string, NativeTensor | null> = bytes < smallestSpared ? {} : { [endingOutput.name]: null };
    for (const [i, name] of loaded.outputNames.entries()) {
      const output = outputs[i];
      if (output) fetches[name] = output;
    }
    try {
      loaded.session.run(feeds, fetches, noOptions);
    } catch (cause) {
      const message = cause instanceof Error ? cause.message : String(cause);
      if (endingOutput.name in fetches && isEnding(message)) return;
      const shapes = inputs.map(({ type, dims }) => `${type} [${dims.join(', ')}]`).join(', ');
      throw new Error(`SessionCache: ONNX Runtime must compute "${model.key}" of ${shapes}, got: ${message}`, {
        cause,
      });
    }
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

  #loaded(model: KernelModel | WrittenModel, numThreads: number): LoadedModel {
    const cache = numThreads > 1 ? this.#several : this.#single;
    const known = cache.get(model.key);
    const loaded = known ?? this.#load(writtenModel(model), numThreads);
    // The map's order is the order of last use.
    if (known) cache.delete(model.key);
    cache.set(model.key, loaded);
    if (cache.size > largestCount) {
      const [oldest = ''] = cache.keys();
      cache.get(oldest)?.session.dispose();
      cache.delete(oldest);
    }
    return loaded;
  }

  #load(model: OnnxModel, numThreads: number): LoadedModel {
    const bytes = model.encode(true);
    const session = new this.#binding.InferenceSession();
    session.loadModel(bytes.buffer, bytes.byteOffset, bytes.byteLength, {
      intraOpNumThreads: numThreads,
      interOpNumThreads: 1,
      // A plan of all memory would come on top of the memory that the first run took piece by piece.
      enableMemPattern: false,
      // Failures are thrown: the log would only repeat them.
      logSeverityLevel: 4,
      // Threads of one pool that wait in a loop would take the cores from the next one.
      extra: { session: { intra_op: { allow_spinning: '0' } } },
    });
    return { session, inputNames: model.inputNames, outputNames: model.outputNames };
  }
}
