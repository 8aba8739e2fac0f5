import { type TensorInfo } from '@tensorflow/tfjs-core';
import { type OnnxRuntimeBackend, type OutputInfo } from '../OnnxRuntimeBackend.js';
import { type WrittenModel } from '../model/KernelModel.js';
import { describeTensor, type DropoutMask, type GraphRecorder } from './GraphRecorder.js';

/** The numbers that choose what a dropout drops. */
export interface DropoutKeys {
  readonly firstKey: number;
  readonly secondKey: number;
}

let graphCount = 0;

/** Everything that a function computed, as one model of ONNX Runtime: computed again with one call instead of one per kernel. */
export class CapturedGraph {
  /** What dropped values when the graph was captured, in the order of {@link run}'s keys. */
  readonly masks: readonly DropoutMask[];
  /** Bytes that the values within it need at its fullest, when each is freed after its last use: about what it holds for its next run. */
  readonly peakBytes: number;
  readonly #backend: OnnxRuntimeBackend;
  readonly #model: WrittenModel;
  readonly #wanted: string;
  readonly #outputs: readonly OutputInfo[];
  readonly #indexLimits: ReadonlyMap<number, number>;
  readonly #work: number;
  #hasRun = false;

  /**
   * @param backend - computes it
   * @param recorder - has written it down
   * @param inputs - shapes and dtypes that it must be given
   * @param outputs - tensors of the recording
   * @internal
   */
  constructor(
    backend: OnnxRuntimeBackend,
    recorder: GraphRecorder,
    inputs: readonly TensorInfo[],
    outputs: readonly TensorInfo[],
  ) {
    this.#backend = backend;
    this.#wanted = inputs.map(describeTensor).join(', ');
    this.#outputs = outputs.map(infoOf);
    this.#indexLimits = recorder.indexLimits;
    this.masks = recorder.masks;
    this.#work = recorder.work;
    for (const [i, output] of outputs.entries()) recorder.giveOut(output, `output ${i}`);
    this.peakBytes = recorder.peakBytes;
    this.#model = { key: `graph ${graphCount++}`, model: recorder.model };
  }

  /**
   * Computes it again.
   *
   * @param inputs - of the shapes and dtypes of the recording, in its order; they stay the caller's
   * @param keys - one entry for each of {@link masks}
   * @returns new tensors
   * @throws RangeError when an input has another shape or dtype, or an index is outside
   */
  run(inputs: readonly TensorInfo[], keys: readonly DropoutKeys[]): TensorInfo[] {
    this.#check(inputs, keys);
    // What kernels one by one needed is no longer needed.
    if (!this.#hasRun) this.#backend.pool.clear();
    this.#hasRun = true;
    const masks = this.masks.map(({ shape, rate }, i) => {
      const mask = this.#backend.makePooled(shape, 'float32');
      const { firstKey, secondKey } = keys[i] ?? { firstKey: 0, secondKey: 0 }; // checked
      this.#backend.streams.dropoutMask(this.#backend.floatsOf(mask), { rate, firstKey, secondKey });
      return mask;
    });
    try {
      return this.#backend.compute(this.#model, [...inputs, ...masks], this.#outputs, this.#work);
    } finally {
      for (const { dataId } of masks) this.#backend.disposeData(dataId);
    }
  }

  /** Frees the model. */
  dispose(): void {
    this.#backend.unload(this.#model.key);
  }

  #check(inputs: readonly TensorInfo[], keys: readonly DropoutKeys[]): void {
    const got = inputs.map(describeTensor).join(', ');
    if (this.#wanted !== got) throw new RangeError(`CapturedGraph: the inputs must be ${this.#wanted}, got ${got}.`);
    if (keys.length !== this.masks.length) {
      throw new RangeError(`CapturedGraph: ${this.masks.length} pairs of keys are needed, got ${keys.length}.`);
    }
    for (const [at, limit] of this.#indexLimits) {
      const input = inputs[at];
      const outside = input && this.#backend.valuesOf(input).find((index) => !(index >= 0 && index < limit));
      if (outside !== undefined) {
        throw new RangeError(`CapturedGraph: indices of input ${at} must be in [0, ${limit}), got ${outside}.`);
      }
    }
  }
}

function infoOf({ shape, dtype }: TensorInfo): OutputInfo {
  return { shape: [...shape], dtype: dtype as OutputInfo['dtype'] }; // the recorder takes no others
}
