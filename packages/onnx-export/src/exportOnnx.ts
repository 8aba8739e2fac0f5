import { dispose, ones, type Tensor, type Variable } from '@tensorflow/tfjs-core';
import { type Sizes, solveAttribute, solveDim, type Dim } from './graph/Dim.js';
import { encodeModel } from './graph/encodeModel.js';
import { GraphBuilder } from './graph/GraphBuilder.js';
import { bytesOf, onnxTypeOf, onnxTypes, type OnnxTensor } from './graph/OnnxTensor.js';
import { elementwise } from './kernels/elementwise.js';
import { type KernelEmitter, KernelReader, type OnnxValue } from './kernels/KernelEmitter.js';
import { matrices } from './kernels/matrices.js';
import { reductions } from './kernels/reductions.js';
import { shapes } from './kernels/shapes.js';
import { OnnxExportError } from './OnnxExportError.js';
import type { KernelCall, TracedTensor } from './trace/KernelCall.js';
import { traceKernels, type Trace } from './trace/traceKernels.js';

/** An input of the model. */
export interface OnnxInput {
  /** int32 becomes int64 in the model, as is usual there. */
  readonly dtype: 'int32' | 'float32';
  /** Numbers are fixed; a name stands for a size that is open, such as `'batch'`. */
  readonly shape: readonly (string | number)[];
}

/** Options of {@link exportOnnx}. */
export interface ExportOnnxOptions {
  /** By name; each is given to `call` under its name. */
  readonly inputs: Readonly<Record<string, OnnxInput>>;
  /** What is computed: synchronous, on TensorFlow.js alone, and reading no values. Entries that are undefined are left out. */
  readonly call: (inputs: Readonly<Record<string, Tensor>>) => Readonly<Record<string, Tensor | undefined>>;
  /** Named so in the model; other tensors are constants without a name. */
  readonly parameters?: ReadonlyMap<string, Variable> | undefined;
  /**
   * Two values for each open size with which `call` can be tried; it is run twice. Default: batch 2 and 3, any other 5 and 8, then 7 and 12, and so
   * on.
   */
  readonly sizes?: Readonly<Record<string, readonly [number, number]>> | undefined;
}

const emitters: Readonly<Record<string, KernelEmitter>> = { ...elementwise, ...matrices, ...reductions, ...shapes };
const defaultSizes = [[2, 3], [5, 8], [7, 12], [11, 18]] as const; // prettier-ignore

/**
 * Writes what TensorFlow.js code computes as an ONNX model.
 *
 * The code runs twice, with two different sizes for each open axis, and every kernel that it calls becomes one or a few nodes. A number that differed
 * between the runs is expressed by the open sizes, so that the model takes any batch and any length. What the code decides by looking at
 * sizes beyond that (an `if`, a loop as long as the input) cannot be seen and is an error where the runs differ.
 *
 * Operator set 20, https://onnx.ai/onnx/operators. Values are float32.
 *
 * @param options - the computation and its inputs
 * @returns the bytes of an `.onnx` file
 * @throws OnnxExportError when a kernel has no counterpart, or the two runs do not fit together; the message says where
 *
 * @example
 * const bytes = await exportOnnx({
 *   inputs: { inputIds: { dtype: 'int32', shape: ['batch', 'length'] } },
 *   call: ({ inputIds }) => ({ ...encoder.call({ inputIds }) }),
 *   parameters: encoder.namedParameters(),
 * });
 */
export async function exportOnnx({
  inputs,
  call,
  parameters = new Map(),
  sizes = {},
}: ExportOnnxOptions): Promise<Uint8Array> {
  const symbols = [...new Set(Object.values(inputs).flatMap(({ shape }) => shape.filter((size) => typeof size !== 'number')))];
  const pairs = symbols.map((symbol, i) => [symbol, sizes[symbol] ?? defaultSizes[i] ?? [2 * i, 3 * i]] as const);
  const runs = [0, 1].map((run) => Object.fromEntries(pairs.map(([symbol, pair]) => [symbol, pair[run] ?? 0]))) as [Sizes, Sizes];
  const traces = runs.map((run) => trace(inputs, run, call, parameters));
  const [first, second] = traces;
  if (!first || !second) throw new OnnxExportError('exportOnnx: two runs are needed.');
  try {
    const graph = await build(first, second, runs, inputs, parameters);
    return encodeModel(graph);
  } finally {
    for (const { constants } of traces) dispose([...constants.values()]);
  }
}

function trace(
  inputs: ExportOnnxOptions['inputs'],
  sizes: Sizes,
  call: ExportOnnxOptions['call'],
  parameters: ReadonlyMap<string, Variable>,
): Trace {
  const examples = Object.fromEntries(
    Object.entries(inputs).map(([name, { dtype, shape }]) => [
      name,
      ones(shape.map((size) => (typeof size === 'number' ? size : (sizes[size] ?? 1))), dtype),
    ]),
  );
  try {
    return traceKernels(call, examples, parameters);
  } finally {
    dispose(examples);
  }
}

async function build(
  first: Trace,
  second: Trace,
  runs: [Sizes, Sizes],
  inputs: ExportOnnxOptions['inputs'],
  parameters: ReadonlyMap<string, Variable>,
): Promise<GraphBuilder> {
  const graph = new GraphBuilder();
  const values = new Map<string, OnnxValue>();
  const solveShape = (a: TracedTensor, b: TracedTensor, where: string): Dim[] =>
    a.shape.map((size, axis) => solveDim(size, b.shape[axis] ?? -1, runs, where));

  for (const [name, { dtype, shape }] of Object.entries(inputs)) {
    const traced = first.inputs.get(name);
    const other = second.inputs.get(name);
    if (!traced || !other) continue;
    graph.input({ name, type: dtype === 'int32' ? 'int64' : 'float32', shape });
    const value = dtype === 'int32' ? graph.add('Cast', [name], { to: onnxTypes.int32 }) : name;
    values.set(traced.key, { name: value, shape: solveShape(traced, other, name), dtype });
  }
  const otherConstants = pairConstants(first, second);
  for (const [key, tensor] of first.constants) {
    const name = first.known.get(key);
    const source = name === undefined ? undefined : parameters.get(name);
    const { dtype } = tensor;
    const other = name === undefined ? (otherConstants.get(key) ?? tensor) : tensor;
    const shape = tensor.shape.map((size, axis) => solveDim(size, other.shape[axis] ?? -1, runs, 'a constant'));
    const content = await contentOf(source ?? tensor);
    if (shape.every((size) => typeof size === 'number')) {
      if (name === undefined) assertSameConstant(content, await contentOf(other));
      values.set(key, { name: graph.constant(content, name), shape, dtype });
    } else {
      const one = uniformValue(content, await contentOf(other));
      values.set(key, { name: graph.add('Expand', [graph.constant(one), graph.dims(shape)]), shape, dtype });
    }
  }

  if (first.calls.length !== second.calls.length) {
    throw new OnnxExportError(
      `exportOnnx: the two runs must call the same kernels, got ${first.calls.length} and ${second.calls.length} calls. ` +
        'The code decides by sizes.',
    );
  }
  for (const [i, own] of first.calls.entries()) {
    const other = second.calls[i];
    if (other?.kernel !== own.kernel) {
      throw new OnnxExportError(`exportOnnx: call ${i} must be the same kernel in both runs, got ${own.kernel} and ${other?.kernel ?? 'none'}.`);
    }
    emit(own, other, runs, graph, values);
  }

  for (const [name, traced] of first.outputs) {
    const value = values.get(traced.key);
    const other = second.outputs.get(name);
    if (!value || !other) throw new OnnxExportError(`exportOnnx: output ${name} must be computed from the inputs.`);
    graph.add('Identity', [value.name], {}, name);
    const shape = solveShape(traced, other, name).map((dim) =>
      typeof dim === 'number' ? dim : dim.factor === 1 && dim.offset === 0 && dim.symbols.length === 1 ? (dim.symbols[0] ?? '') : `${name}_size`,
    );
    graph.outputs.push({ name, type: onnxTypeOf(traced.dtype), shape });
  }
  return graph;
}

function emit(
  own: KernelCall,
  other: KernelCall,
  runs: [Sizes, Sizes],
  graph: GraphBuilder,
  values: Map<string, OnnxValue>,
): void {
  const where = `kernel ${own.kernel}`;
  const outputs = own.outputs.map(({ shape, dtype }, i) => ({
    dtype,
    shape: shape.map((size, axis) => solveDim(size, other.outputs[i]?.shape[axis] ?? -1, runs, where)),
  }));
  const inputs = Object.fromEntries(
    Object.entries(own.inputs).map(([name, { key }]) => {
      const value = values.get(key);
      if (!value) throw new OnnxExportError(`exportOnnx: ${where}: input ${name} is a value that no kernel here makes.`);
      return [name, value];
    }),
  );
  // A view of values under a shape that they had before.
  if (own.outputs.length === 1 && values.has(own.outputs[0]?.key ?? '')) return;
  const attributes = Object.fromEntries(
    Object.entries(own.attributes).map(([name, value]) => [name, solveAttribute(value, other.attributes[name], runs, `${where}, ${name}`)]),
  );
  const emitter = emitters[own.kernel];
  if (!emitter) {
    throw new OnnxExportError(
      `exportOnnx: ${where} has no counterpart here. Those that have: ${Object.keys(emitters).sort().join(', ')}.`,
    );
  }
  const made = emitter(new KernelReader({ kernel: own.kernel, inputs, attributes, outputs }), graph);
  for (const [i, name] of (typeof made === 'string' ? [made] : made).entries()) {
    const key = own.outputs[i]?.key;
    const output = outputs[i];
    if (key !== undefined && output) values.set(key, { name, ...output });
  }
}

/** The constants of the second run, by the keys of the first: those that stand at the same place of the same call. */
function pairConstants(first: Trace, second: Trace): Map<string, Tensor> {
  const pairs = new Map<string, Tensor>();
  for (const [i, { inputs }] of first.calls.entries()) {
    for (const [name, { key }] of Object.entries(inputs)) {
      const other = second.constants.get(second.calls[i]?.inputs[name]?.key ?? '');
      if (first.constants.has(key) && other) pairs.set(key, other);
    }
  }
  return pairs;
}

function assertSameConstant(content: OnnxTensor, other: OnnxTensor): void {
  if (content.bytes.every((byte, i) => byte === other.bytes[i])) return;
  throw new OnnxExportError(
    `exportOnnx: a constant of shape [${content.shape.join(', ')}] must be the same in both runs, got other values. ` +
      'Compute it from the inputs.',
  );
}

/** The one value of a constant whose size is open, such as `zeros`. */
function uniformValue(content: OnnxTensor, other: OnnxTensor): OnnxTensor {
  const width = content.type === 'bool' ? 1 : 4;
  const value = content.bytes.slice(0, width);
  const isUniform = [content, other].every(({ bytes }) => bytes.every((byte, i) => byte === value[i % width]));
  if (isUniform) return { type: content.type, shape: [], bytes: value };
  throw new OnnxExportError(
    `exportOnnx: a constant of shape [${content.shape.join(', ')}] in one run and [${other.shape.join(', ')}] in the other must hold one ` +
      'value throughout. Compute it from the inputs.',
  );
}

async function contentOf(tensor: Tensor): Promise<OnnxTensor> {
  return { type: onnxTypeOf(tensor.dtype), shape: tensor.shape, bytes: bytesOf(await tensor.data()) };
}
