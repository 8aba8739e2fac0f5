import type { Variable } from '@tensorflow/tfjs-core';
import { assertSameConstant, contentOf, pairConstants, uniformValue } from './constants.js';
import { type Dim, type Sizes, solveAttribute, solveDim } from './graph/Dim.js';
import { GraphBuilder } from './graph/GraphBuilder.js';
import { onnxTypeOf, onnxTypes } from './graph/OnnxTensor.js';
import { attention } from './kernels/attention.js';
import { elementwise } from './kernels/elementwise.js';
import { type KernelEmitter, KernelReader, type OnnxValue } from './kernels/KernelEmitter.js';
import { linear } from './kernels/linear.js';
import { matrices } from './kernels/matrices.js';
import { reductions } from './kernels/reductions.js';
import { shapes } from './kernels/shapes.js';
import { OnnxExportError } from './OnnxExportError.js';
import type { OnnxInput } from './OnnxInput.js';
import type { KernelCall, TracedTensor } from './trace/KernelCall.js';
import type { Trace } from './trace/traceKernels.js';

const emitters: Readonly<Record<string, KernelEmitter>> = {
  ...attention,
  ...elementwise,
  ...linear,
  ...matrices,
  ...reductions,
  ...shapes,
};

/** One computation, seen twice. */
export interface TwoRuns {
  readonly first: Trace;
  readonly second: Trace;
  /** The open sizes of each. */
  readonly sizes: readonly [Sizes, Sizes];
}

/**
 * Writes two runs of a computation as one graph.
 *
 * @throws OnnxExportError when they do not fit together, or a kernel has no counterpart
 */
export async function buildGraph(
  { first, second, sizes: runs }: TwoRuns,
  inputs: Readonly<Record<string, OnnxInput>>,
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
      throw new OnnxExportError(
        `exportOnnx: call ${i} must be the same kernel in both runs, got ${own.kernel} and ${other?.kernel ?? 'none'}.`,
      );
    }
    emit(own, other, runs, graph, values);
  }

  for (const [name, traced] of first.outputs) {
    const value = values.get(traced.key);
    const other = second.outputs.get(name);
    if (!value || !other) throw new OnnxExportError(`exportOnnx: output ${name} must be computed from the inputs.`);
    graph.add('Identity', [value.name], {}, name);
    const shape = solveShape(traced, other, name).map((dim) =>
      typeof dim === 'number'
        ? dim
        : dim.factor === 1 && dim.offset === 0 && dim.symbols.length === 1
          ? (dim.symbols[0] ?? '')
          : `${name}_size`,
    );
    graph.outputs.push({ name, type: onnxTypeOf(traced.dtype), shape });
  }
  return graph;
}

function emit(
  own: KernelCall,
  other: KernelCall,
  runs: readonly [Sizes, Sizes],
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
      if (!value)
        throw new OnnxExportError(`exportOnnx: ${where}: input ${name} is a value that no kernel here makes.`);
      return [name, value];
    }),
  );
  // A view of values under a shape that they had before.
  if (own.outputs.length === 1 && values.has(own.outputs[0]?.key ?? '')) return;
  const attributes = Object.fromEntries(
    Object.entries(own.attributes).map(([name, value]) => [
      name,
      solveAttribute(value, other.attributes[name], runs, `${where}, ${name}`),
    ]),
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
