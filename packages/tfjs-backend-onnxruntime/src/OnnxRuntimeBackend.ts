import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import { CapturedGraph } from './graph/CapturedGraph.js';
import { GraphRecorder } from './graph/GraphRecorder.js';
import { type KernelCall } from './kernels/NativeKernel.js';
import { type DataId, PooledBackend, type PooledDtype, type StoredValues } from './memory/PooledBackend.js';
import { type KernelModel, type WrittenModel } from './model/KernelModel.js';
import { SessionCache } from './model/SessionCache.js';
import { Streams } from './streams/Streams.js';
import { type NativeTensor, type NativeValues, type OnnxRuntimeBinding } from './native/OnnxRuntimeBinding.js';

/** Options of {@link OnnxRuntimeBackend}. */
export interface OnnxRuntimeBackendOptions {
  /** Threads that one computation may use, from 1. All computations of the process share this budget, for only one runs at a time. */
  readonly numThreads: number;
  /** Computations below this much work stay in JavaScript, where no call has to be paid for. An addition is 1; 8 terms of a product of matrices are 1. */
  readonly smallestWork: number;
}

/** What {@link OnnxRuntimeBackend.captureGraph} gives back. */
export interface Capture<T> {
  /** Of the function, computed as always. */
  readonly results: T;
  /** The same once more, as one model; missing when that is not possible. */
  readonly graph?: CapturedGraph;
  /** Why there is no graph. */
  readonly failure?: string;
}

/** An output that a kernel asks for. */
export interface OutputInfo {
  readonly shape: number[];
  readonly dtype: PooledDtype;
}

/** From this much work on, waking other threads pays: once for a kernel, and for a graph at each of its nodes. */
const largeWork = 2 ** 19;
const largeGraphWork = 2 ** 25;
/** Values per piece of a computation that goes through its tensors piece by piece: with its intermediate results it stays in a core's cache. */
const pieceSize = 2 ** 16;

/**
 * TensorFlow.js's JavaScript backend with its values in reused memory and its hot kernels in ONNX Runtime.
 *
 * What `MathBackendCPU` can do, this can do: its kernels work here as they are, and those that ONNX Runtime computes are put in their place.
 */
export class OnnxRuntimeBackend extends PooledBackend {
  readonly numThreads: number;
  /** @internal */
  readonly streams = new Streams();
  readonly #sessions: SessionCache;
  readonly #smallestWork: number;
  #recorder: GraphRecorder | undefined;
  #isInKernel = false;

  /**
   * @param binding - the native code
   * @param options - threads and the size from which ONNX Runtime is called
   * @internal
   */
  constructor(binding: OnnxRuntimeBinding, { numThreads, smallestWork }: OnnxRuntimeBackendOptions) {
    super();
    this.numThreads = numThreads;
    this.#smallestWork = smallestWork;
    this.#sessions = new SessionCache(binding, numThreads);
    // The warning of the JavaScript backend that there is a faster one does not belong here.
    (this as unknown as { firstUse: boolean }).firstUse = false;
  }

  /** Computations below this much work stay in JavaScript. */
  get smallestWork(): number {
    return this.#recorder ? 0 : this.#smallestWork;
  }

  /**
   * Whether kernels are being written down; their work must not depend on values then.
   *
   * @internal
   */
  get isRecording(): boolean {
    return this.#recorder !== undefined;
  }

  /**
   * Runs a function as always and writes down what it computes.
   *
   * Whatever it computes from other tensors than the inputs, and from plain numbers, is a constant of the graph.
   *
   * @param run - synchronous; reads no values. Its results stay the caller's
   * @param inputs - what the graph will be given: all that may have other values next time; float32, int32 or bool
   * @throws what `run` throws
   */
  captureGraph<T extends readonly TensorInfo[]>(run: () => T, inputs: readonly TensorInfo[]): Capture<T> {
    const outer = this.#recorder;
    const recorder = new GraphRecorder(inputs, (tensor) => this.valuesOf(tensor));
    this.#recorder = recorder;
    try {
      const results = run();
      if (outer) recorder.fail('a graph is captured already');
      if (recorder.failure !== undefined) return { results, failure: recorder.failure };
      return { results, graph: new CapturedGraph(this, recorder, inputs, results) };
    } finally {
      this.#recorder = outer;
    }
  }

  /**
   * Runs a kernel and writes it down where that is wanted.
   *
   * @internal
   */
  runKernel<T extends TensorInfo | TensorInfo[]>(name: string, call: KernelCall, compute: () => T): T {
    const recorder = this.#recorder;
    if (!recorder) return compute();
    this.#isInKernel = true;
    let result: T;
    try {
      result = compute();
    } finally {
      this.#isInKernel = false;
    }
    recorder.recordKernel(name, call, Array.isArray(result) ? result : [result]);
    return result;
  }

  /**
   * Forgets a model.
   *
   * @internal
   */
  unload(key: string): void {
    this.#sessions.unload(key);
  }

  /**
   * Computes a model of one output; see {@link compute}.
   *
   * @internal
   */
  computeOne(model: KernelModel, inputs: readonly TensorInfo[], output: OutputInfo, work: number): TensorInfo {
    const made = this.makePooled(output.shape, output.dtype);
    this.#run(model, inputs, [made], work);
    return made;
  }

  /**
   * Computes a model.
   *
   * @param model - what to compute
   * @param inputs - in the model's order
   * @param outputs - in the model's order
   * @param work - in additions that take as long; decides on threads
   * @returns new tensors
   * @internal
   */
  compute(
    model: KernelModel | WrittenModel,
    inputs: readonly TensorInfo[],
    outputs: readonly OutputInfo[],
    work: number,
  ): TensorInfo[] {
    const made = outputs.map(({ shape, dtype }) => this.makePooled(shape, dtype));
    this.#run(model, inputs, made, work);
    return made;
  }

  /**
   * Computes a model of elementwise operations piece by piece, so that what lies between its first and last node never leaves the cache.
   *
   * @param model - inputs and outputs are of rank 1
   * @param inputs - all of one size
   * @returns a new tensor of the shape of the first input
   * @internal
   */
  computeInPieces(model: KernelModel, inputs: readonly TensorInfo[]): TensorInfo {
    const [first] = inputs;
    if (!first) throw new RangeError('computeInPieces: at least one input is needed, got none.');
    const size = util.sizeFromShape(first.shape);
    const made = this.makePooled(first.shape, 'float32');
    this.#recorder?.inline(
      model,
      inputs.map((input) => ({ ...input, shape: first.shape })),
      [made],
      size,
    );
    const from = inputs.map((input) => this.valuesOf(input));
    const to = this.valuesOf(made);
    this.#write([made], () => {
      for (let begin = 0; begin < size; begin += pieceSize) {
        const end = Math.min(size, begin + pieceSize);
        const piece = (values: NativeValues): NativeTensor =>
          nativeTensor('float32', values.subarray(begin, end), [end - begin]);
        this.#sessions.run(model, from.map(piece), [piece(to)], false);
      }
    });
    return made;
  }

  /** @internal */
  override readSync(dataId: DataId): StoredValues {
    // A kernel may read: it is written down as a whole.
    if (!this.#isInKernel && this.#recorder?.isValue({ dataId }))
      this.#recorder.fail('values are read while it is captured');
    return super.readSync(dataId);
  }

  /** @internal */
  override dispose(): void {
    this.#sessions.dispose();
    super.dispose();
  }

  #run(
    model: KernelModel | WrittenModel,
    inputs: readonly TensorInfo[],
    outputs: readonly TensorInfo[],
    work: number,
  ): void {
    const [feeds, fetches] = [inputs, outputs].map((tensors) => tensors.map((tensor) => this.#native(tensor)));
    const isLarge = work >= ('build' in model ? largeWork : largeGraphWork);
    this.#write(outputs, () => this.#sessions.run(model, feeds ?? [], fetches ?? [], isLarge));
    if ('build' in model) this.#recorder?.inline(model, inputs, outputs, work);
  }

  /** Computes outputs; nobody else would free them where that fails. */
  #write(outputs: readonly TensorInfo[], compute: () => void): void {
    try {
      compute();
    } catch (error) {
      for (const { dataId } of outputs) this.disposeData(dataId);
      throw error;
    }
  }

  #native(tensor: TensorInfo): NativeTensor {
    return nativeTensor(tensor.dtype as PooledDtype, this.valuesOf(tensor), tensor.shape); // see isNative
  }
}

function nativeTensor(type: PooledDtype, data: NativeValues, dims: readonly number[]): NativeTensor {
  return { type, data, dims, location: 'cpu' };
}
