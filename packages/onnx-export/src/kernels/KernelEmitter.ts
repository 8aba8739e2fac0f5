import type { DataType } from '@tensorflow/tfjs-core';
import type { Dim } from '../graph/Dim.js';
import type { GraphBuilder, ShapedValue } from '../graph/GraphBuilder.js';
import { OnnxExportError } from '../OnnxExportError.js';

/** A value of the graph. */
export interface OnnxValue extends ShapedValue {
  readonly dtype: DataType;
}

/** A kernel that ran, with its sizes solved. */
export interface SolvedCall {
  readonly kernel: string;
  readonly inputs: Readonly<Record<string, OnnxValue>>;
  /** Numbers that depended on sizes are {@link Dim}s. */
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly outputs: readonly { readonly shape: readonly Dim[]; readonly dtype: DataType }[];
}

/** Writes a kernel as nodes and names its outputs; those that no one reads may be missing. */
export type KernelEmitter = (call: KernelReader, graph: GraphBuilder) => string | readonly string[];

/** Reads what a kernel was called with. */
export class KernelReader {
  constructor(readonly call: SolvedCall) {}

  /** The shape of the first output. */
  get shape(): readonly Dim[] {
    return this.call.outputs[0]?.shape ?? [];
  }

  get dtype(): DataType {
    return this.call.outputs[0]?.dtype ?? 'float32';
  }

  /** An input, or the only one. */
  value(name: string): OnnxValue {
    const found = this.call.inputs[name];
    if (found) return found;
    throw this.error(`input ${name} must be there, got ${Object.keys(this.call.inputs).join(', ')}`);
  }

  name(name: string): string {
    return this.value(name).name;
  }

  /** Inputs that are numbered. */
  get list(): OnnxValue[] {
    return Object.entries(this.call.inputs)
      .sort(([a], [b]) => Number(a) - Number(b))
      .map(([, value]) => value);
  }

  has(name: string): boolean {
    return name in this.call.inputs;
  }

  number(name: string, otherwise?: number): number {
    const value = this.call.attributes[name] ?? otherwise;
    if (typeof value === 'number') return value;
    throw this.error(`${name} must be a number that does not depend on sizes`);
  }

  /** A word, such as the name of an activation. */
  word(name: string, otherwise: string): string {
    const value = this.call.attributes[name] ?? otherwise;
    if (typeof value === 'string') return value;
    throw this.error(`${name} must be a word`);
  }

  flag(name: string): boolean {
    return Boolean(this.call.attributes[name]);
  }

  /** A list of sizes. */
  dims(name: string): Dim[] {
    const value = this.call.attributes[name];
    if (Array.isArray(value)) return value as Dim[];
    if (typeof value === 'number') return [value];
    if (typeof value === 'object' && value !== null) return [value as Dim];
    throw this.error(`${name} must be a list of sizes`);
  }

  /** A list of numbers that do not depend on sizes. */
  numbers(name: string): number[] {
    return this.dims(name).map((dim) => {
      if (typeof dim === 'number') return dim;
      throw this.error(`${name} must not depend on sizes`);
    });
  }

  error(message: string): OnnxExportError {
    return new OnnxExportError(`exportOnnx: kernel ${this.call.kernel}: ${message}.`);
  }
}
