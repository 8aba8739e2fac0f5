import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import { type KernelCall } from '../kernels/NativeKernel.js';
import { type KernelModel } from '../model/KernelModel.js';
import { type ElementType, elementTypes, OnnxModel } from '../model/OnnxModel.js';
import { type NativeValues } from '../native/OnnxRuntimeBinding.js';
import { graphKernels, shapeOnlyKernels } from './graphKernels.js';
import { InlinedModel } from './InlinedModel.js';
import { type Lifetime, LivePeak } from './LivePeak.js';

type DataId = TensorInfo['dataId'];

/** A value of the graph. */
interface GraphValue {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: string;
  /** The same values in other shapes and dtypes. */
  readonly others: Map<string, string>;
  readonly lifetime: Lifetime;
}

/** A factor of dropout, which the graph is given because its numbers change from step to step. */
export interface DropoutMask {
  readonly shape: readonly number[];
  readonly rate: number;
  readonly firstKey: number;
  readonly secondKey: number;
}

/** Reads the values of a tensor in memory. */
export type ReadValues = (tensor: TensorInfo) => NativeValues;

/**
 * Writes down as one graph what kernels compute while they compute it.
 *
 * A tensor is a value of the graph when it was given or depends on one that was; all others are constants, with the values that they have now.
 */
export class GraphRecorder {
  readonly model = new OnnxModel();
  readonly masks: DropoutMask[] = [];
  /** Largest index plus 1 that the graph may be given, by the place of the input. */
  readonly indexLimits = new Map<number, number>();
  /** Work of what was written down, see {@link KernelModel}. */
  work = 0;
  readonly #values = new WeakMap<DataId, GraphValue>();
  readonly #constants = new WeakMap<DataId, Map<string, string>>();
  readonly #inputs = new Map<string, number>();
  readonly #read: ReadValues;
  readonly #live = new LivePeak();
  #count = 0;
  #failure: string | undefined;

  /**
   * @param inputs - what the graph will be given, in this order; float32, int32 or bool
   * @param read - reads values of constants
   */
  constructor(inputs: readonly TensorInfo[], read: ReadValues) {
    this.#read = read;
    for (const [i, tensor] of inputs.entries()) {
      const name = this.model.input(`input ${i}`, tensor.dtype as ElementType); // promised
      this.#inputs.set(name, i);
      this.#define(tensor, name, 0);
    }
  }

  /** Bytes that the values which the graph computes need at its fullest, without those that it is given or gives out. */
  get peakBytes(): number {
    return this.#live.bytes;
  }

  /** Why the graph cannot be used, if so. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** Gives up; the first reason stays. */
  fail(reason: string): void {
    this.#failure ??= reason;
  }

  /** Whether a tensor depends on what the graph is given. */
  isValue({ dataId }: Pick<TensorInfo, 'dataId'>): boolean {
    return this.#values.has(dataId);
  }

  /** Writes down a kernel that ONNX Runtime computes by this model. */
  inline({ build }: KernelModel, inputs: readonly TensorInfo[], outputs: readonly TensorInfo[], work: number): void {
    if (!inputs.some((input) => this.isValue(input))) return;
    this.#live.advance();
    const names = inputs.map((input) => this.nameOf(input));
    const part = new InlinedModel(this.model, names, `kernel ${this.#count++}`);
    build(part);
    this.work += work;
    for (const [i, output] of outputs.entries()) this.#define(output, part.outputNames[i] ?? '');
  }

  /** Writes down a kernel after it has computed, unless that has happened or its result is a constant. */
  recordKernel(kernel: string, call: KernelCall, outputs: readonly TensorInfo[]): void {
    if (outputs.every((output) => this.isValue(output))) return;
    const inputs = Object.values(call.inputs).filter((input): input is TensorInfo => input !== undefined);
    if (shapeOnlyKernels.has(kernel) || !inputs.some((input) => this.isValue(input))) return;
    const write = graphKernels[kernel];
    if (!write) {
      this.fail(
        `the kernel ${kernel} cannot be part of a graph for inputs of ${inputs.map(describeTensor).join(', ')}`,
      );
      return;
    }
    this.#live.advance();
    const names = write(call, this, outputs);
    for (const [i, output] of outputs.entries()) this.#define(output, names[i] ?? '');
  }

  /** The name of a tensor's values in its shape. */
  nameOf(tensor: TensorInfo): string {
    const value = this.#values.get(tensor.dataId);
    const key = `${tensor.dtype} ${tensor.shape.join()}`;
    if (value) {
      this.#live.use(value.lifetime);
      const known = value.others.get(key);
      if (known !== undefined) return known;
      let { name } = value;
      if (value.shape.join() !== tensor.shape.join()) {
        name = this.model.node('Reshape', [name, this.model.integers(tensor.shape)], { allowzero: 1 });
      }
      // Some kernels share the memory of tensors that differ in dtype alone.
      if (value.dtype !== tensor.dtype) {
        name = this.model.node('Cast', [name], { to: elementTypes[tensor.dtype as ElementType] }); // there are no others
      }
      value.others.set(key, name);
      const input = this.#inputs.get(value.name);
      if (input !== undefined) this.#inputs.set(name, input);
      return name;
    }
    return this.#constant(tensor, key);
  }

  /** Makes a tensor the next output, in memory of the caller. */
  giveOut(tensor: TensorInfo, name: string): void {
    const value = this.#values.get(tensor.dataId);
    this.model.output(this.model.node('Identity', [this.nameOf(tensor)], {}, name), tensor.dtype as ElementType); // as inputs
    if (value) value.lifetime.bytes = 0;
  }

  /** The name of the factor of dropout of a call. */
  maskFor(mask: DropoutMask): string {
    const isSame = ({ firstKey, secondKey, shape }: DropoutMask): boolean =>
      firstKey === mask.firstKey && secondKey === mask.secondKey && shape.join() === mask.shape.join();
    const at = this.masks.findIndex(isSame);
    if (at !== -1) return `mask ${at}`;
    this.masks.push(mask);
    return this.model.input(`mask ${this.masks.length - 1}`);
  }

  /** Notes that indices must lie below a limit, where they are an input of the graph. */
  limitIndices(name: string, limit: number): void {
    const input = this.#inputs.get(name);
    if (input === undefined) return;
    this.indexLimits.set(input, Math.min(limit, this.indexLimits.get(input) ?? limit));
  }

  #define(
    tensor: TensorInfo,
    name: string,
    bytes = util.sizeFromShape(tensor.shape) * util.bytesPerElement(tensor.dtype),
  ): void {
    const { dataId, shape, dtype } = tensor;
    const lifetime = this.#live.begin(bytes);
    const others = new Map([[`${dtype} ${shape.join()}`, name]]);
    this.#values.set(dataId, { name, shape: [...shape], dtype, others, lifetime });
  }

  #constant(tensor: TensorInfo, key: string): string {
    const known = this.#constants.get(tensor.dataId) ?? new Map<string, string>();
    this.#constants.set(tensor.dataId, known);
    const found = known.get(key);
    if (found !== undefined) return found;
    const values = this.#read(tensor);
    if (!(values instanceof Float32Array || values instanceof Int32Array || values instanceof Uint8Array)) {
      this.fail(`a constant of dtype ${tensor.dtype} cannot be part of a graph`);
      return '';
    }
    // Copied, for the memory of a constant is used again after the recording.
    const bytes = new Uint8Array(values.slice(0, util.sizeFromShape(tensor.shape)).buffer);
    const type = values instanceof Float32Array ? 'float32' : values instanceof Int32Array ? 'int32' : 'bool';
    const name = this.model.constant(`tensor ${this.#count++}`, type, tensor.shape, bytes);
    known.set(key, name);
    return name;
  }
}

/** Dtype and shape, for messages. */
export function describeTensor({ dtype, shape }: TensorInfo): string {
  return `${dtype} [${shape.join(', ')}]`;
}
