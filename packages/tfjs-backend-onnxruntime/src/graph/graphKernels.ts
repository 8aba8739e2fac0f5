import { slice_util, type TensorInfo, util } from '@tensorflow/tfjs-core';
import { inputOf, type KernelCall } from '../kernels/NativeKernel.js';
import { elementTypes, type ElementType } from '../model/OnnxModel.js';
import { type GraphRecorder } from './GraphRecorder.js';

/**
 * Writes a kernel down.
 *
 * @returns the names of its outputs, in their shapes
 */
type GraphKernel = (call: KernelCall, graph: GraphRecorder, outputs: readonly TensorInfo[]) => string[];

const typeOf = ({ dtype }: TensorInfo): ElementType => dtype as ElementType; // a backend has no other numbers

const binary =
  (operator: string): GraphKernel =>
  ({ inputs: { a, b } }, graph) => {
    if (!a || !b) throw new TypeError(`${operator}: a kernel of two inputs got one.`);
    if (a.dtype !== b.dtype) graph.fail(`${operator} of ${a.dtype} and ${b.dtype}`);
    return [graph.model.node(operator, [graph.nameOf(a), graph.nameOf(b)])];
  };

const reduction =
  (operator: string, axisName: string): GraphKernel =>
  (call, graph, [output]) => {
    const x = inputOf(call, 'x');
    const axes = util.parseAxisParam(call.attributes[axisName] as number | number[], x.shape);
    const from = output && output.dtype !== x.dtype ? castTo(graph, graph.nameOf(x), typeOf(output)) : graph.nameOf(x);
    const keepdims = call.attributes.keepDims === true ? 1 : 0;
    return [graph.model.node(operator, [from, graph.model.integers(axes)], { keepdims, noop_with_empty_axes: 1 })];
  };

function castTo({ model }: GraphRecorder, name: string, type: ElementType): string {
  return model.node('Cast', [name], { to: elementTypes[type] });
}

const place =
  (operator: string): GraphKernel =>
  (call, graph) => {
    const x = inputOf(call, 'x');
    const [axis = 0] = util.parseAxisParam(call.attributes.axis as number, x.shape);
    return [castTo(graph, graph.model.node(operator, [graph.nameOf(x)], { axis, keepdims: 0 }), 'int32')];
  };

const slice: GraphKernel = (call, graph) => {
  const x = inputOf(call, 'x');
  const [begin = [], size = []] = slice_util.parseSliceParams(
    x, // only its shape is read
    call.attributes.begin as number[],
    call.attributes.size as number[],
  );
  const { model } = graph;
  const ends = begin.map((start, axis) => start + (size[axis] ?? 0));
  return [model.node('Slice', [graph.nameOf(x), model.integers(begin), model.integers(ends)])];
};

const split: GraphKernel = (call, graph, outputs) => {
  const x = inputOf(call, 'x');
  const [axis = 0] = util.parseAxisParam(call.attributes.axis as number, x.shape);
  const sizes = outputs.map(({ shape }) => shape[axis] ?? 0);
  // Slices and not one Split, whose outputs would all be kept until the last of them is used.
  let begin = 0;
  return sizes.map((size) => {
    const bounds = [begin, begin + size, axis].map((number) => graph.model.integers([number]));
    begin += size;
    return graph.model.node('Slice', [graph.nameOf(x), ...bounds]);
  });
};

const concat: GraphKernel = ({ inputs, attributes }, graph) => {
  const all = Object.values(inputs).filter((input): input is TensorInfo => input !== undefined);
  const [axis = 0] = util.parseAxisParam(attributes.axis as number, all[0]?.shape ?? []);
  return [
    graph.model.node(
      'Concat',
      all.map((input) => graph.nameOf(input)),
      { axis },
    ),
  ];
};

const pack: GraphKernel = ({ inputs, attributes }, graph) => {
  const all = Object.values(inputs).filter((input): input is TensorInfo => input !== undefined);
  const axis = attributes.axis as number;
  const parts = all.map((input) => {
    const shape = [...input.shape.slice(0, axis), 1, ...input.shape.slice(axis)];
    return graph.nameOf({ ...input, shape });
  });
  return [graph.model.node('Concat', parts, { axis })];
};

const gather: GraphKernel = (call, graph) => {
  const [x, indices] = [inputOf(call, 'x'), inputOf(call, 'indices')];
  if ((call.attributes.batchDims ?? 0) !== 0) graph.fail('gathering with batch dimensions');
  const [axis = 0] = util.parseAxisParam(call.attributes.axis as number, x.shape);
  return [rows(graph, x, indices, axis)];
};

function rows(graph: GraphRecorder, table: TensorInfo, indices: TensorInfo, axis: number): string {
  const name = graph.nameOf(indices);
  graph.limitIndices(name, table.shape[axis] ?? 0);
  return graph.model.node('Gather', [graph.nameOf(table), name], { axis });
}

const segmentSum: GraphKernel = (call, graph) => {
  const [x, segmentIds] = [inputOf(call, 'x'), inputOf(call, 'segmentIds')];
  const count = call.attributes.numSegments as number;
  const { model } = graph;
  const width = util.sizeFromShape(x.shape.slice(segmentIds.shape.length));
  const ids = castTo(graph, columnOf(graph, segmentIds), 'int64');
  // Numbers outside are left out: they are added to a row of their own, which is cut off.
  const outside = model.node('Or', [
    model.node('Less', [ids, model.integers([0])]),
    model.node('GreaterOrEqual', [ids, model.integers([count])]),
  ]);
  const places = model.node('Where', [outside, model.integers([count]), ids]);
  const sums = addRows(graph, [count + 1, width], places, {
    ...x,
    shape: [util.sizeFromShape(segmentIds.shape), width],
  });
  const inside = model.node('Slice', [sums, model.integers([0]), model.integers([count]), model.integers([0])]);
  const shape = [count, ...x.shape.slice(segmentIds.shape.length)];
  return [model.node('Reshape', [inside, model.integers(shape)], { allowzero: 1 })];
};

function columnOf(graph: GraphRecorder, indices: TensorInfo): string {
  return graph.nameOf({ ...indices, shape: [util.sizeFromShape(indices.shape), 1] });
}

/** Adds rows to zeros, in order: ScatterND would let several threads add to one row at once. */
function addRows(graph: GraphRecorder, shape: readonly [number, number], places: string, rows: TensorInfo): string {
  const { model } = graph;
  const zeros = model.node('ConstantOfShape', [model.integers(shape)]);
  const everyPlace = model.node('Expand', [places, model.integers(rows.shape)]);
  return model.node('ScatterElements', [zeros, everyPlace, graph.nameOf(rows)], { axis: 0, reduction: 'add' });
}

const select: GraphKernel = (call, graph) => {
  const [condition, t, e] = [inputOf(call, 'condition'), inputOf(call, 't'), inputOf(call, 'e')];
  const isRows = condition.shape.length === 1 && t.shape.length > 1;
  const shape = isRows ? [...condition.shape, ...t.shape.slice(1).fill(1)] : condition.shape;
  const chosen = castTo(graph, graph.nameOf({ ...condition, shape }), 'bool');
  return [graph.model.node('Where', [chosen, graph.nameOf(t), graph.nameOf(e)])];
};

const step: GraphKernel = (call, graph) => {
  const x = graph.nameOf(inputOf(call, 'x'));
  if ((call.attributes.alpha ?? 0) !== 0) graph.fail('a step with a slope');
  const { model } = graph;
  const isAbove = castTo(graph, model.node('Greater', [x, model.scalar(0)]), 'float32');
  return [model.node('Where', [model.node('IsNaN', [x]), x, isAbove])];
};

const oneHot: GraphKernel = (call, graph, [output]) => {
  const indices = inputOf(call, 'indices');
  const { depth, onValue, offValue } = call.attributes as Record<string, number>; // the kernel's contract
  if (onValue !== 1 || offValue !== 0 || !output) graph.fail('one-hot values other than 1 and 0');
  const column = castTo(graph, graph.nameOf({ ...indices, shape: [...indices.shape, 1] }), 'int64');
  const classes = graph.model.integers(Array.from({ length: depth ?? 0 }, (_, i) => i));
  const isOn = graph.model.node('Equal', [column, classes]);
  return [castTo(graph, isOn, output ? typeOf(output) : 'float32')];
};

const crossEntropy: GraphKernel = (call, graph) => {
  const [logits, targets] = [inputOf(call, 'logits'), inputOf(call, 'targets')];
  const { model } = graph;
  const logProbabilities = model.node('LogSoftmax', [graph.nameOf(logits)], { axis: -1 });
  const terms = model.node('Mul', [graph.nameOf(targets), logProbabilities]);
  const sums = model.node('ReduceSum', [terms, model.integers([-1])], { keepdims: 0 });
  return [model.node('Neg', [sums]), logProbabilities];
};

const crossEntropyGradient: GraphKernel = (call, graph) => {
  const [dy, logs, targets] = [inputOf(call, 'dy'), inputOf(call, 'logProbabilities'), inputOf(call, 'targets')];
  const { model } = graph;
  const wanted = graph.nameOf(targets);
  const total = model.node('ReduceSum', [wanted, model.integers([-1])], { keepdims: 1 });
  const expected = model.node('Mul', [model.node('Exp', [graph.nameOf(logs)]), total]);
  const slopes = graph.nameOf({ ...dy, shape: [logs.shape[0] ?? 0, 1] });
  return [model.node('Mul', [slopes, model.node('Sub', [expected, wanted])])];
};

const dropout: GraphKernel = (call, graph) => {
  const x = inputOf(call, 'x');
  const { rate = 0, firstKey = 0, secondKey = 0 } = call.attributes as Record<string, number>; // the kernel's contract
  const mask = graph.maskFor({ shape: x.shape, rate, firstKey, secondKey });
  return [graph.model.node('Mul', [graph.nameOf(x), mask])];
};

const embeddingLookup: GraphKernel = (call, graph) => {
  const indices = inputOf(call, 'indices');
  return [rows(graph, inputOf(call, 'table'), { ...indices, shape: [util.sizeFromShape(indices.shape)] }, 0)];
};

const embeddingGradient: GraphKernel = (call, graph) => {
  const [indices, updates] = [inputOf(call, 'indices'), inputOf(call, 'updates')];
  const shape = [call.attributes.entries as number, updates.shape[1] ?? 0] as const;
  return [addRows(graph, shape, castTo(graph, columnOf(graph, indices), 'int64'), updates)];
};

/**
 * The same values by a way that no optimizer sees through: should a dependency begin with NaN, the first size of their shape is left to be inferred instead of
 * written out. No value is copied.
 */
const optimizationBarrier: GraphKernel = ({ inputs: { x, ...others } }, graph) => {
  if (!x) throw new TypeError('CrossmodalOptimizationBarrier: there is no x.');
  const { model } = graph;
  const firstValues = Object.values(others).flatMap((input) => {
    if (!input) return [];
    const flat = graph.nameOf({ ...input, shape: [util.sizeFromShape(input.shape)] });
    return [model.node('Slice', [flat, model.integers([0]), model.integers([1])])];
  });
  // A scalar has no size to leave out.
  if (firstValues.length === 0 || x.shape.length === 0) return [graph.nameOf(x)];
  const isNaN = model.node('IsNaN', [firstValues.reduce((sum, value) => model.node('Add', [sum, value]))]);
  // Chosen as a whole: ONNX Runtime simplifies a shape of which one size is computed.
  const shapes = [[-1, ...x.shape.slice(1)], x.shape].map((shape) => model.integers(shape));
  return [model.node('Reshape', [graph.nameOf(x), model.node('Where', [isNaN, ...shapes])])];
};

/** Kernels whose result depends on shapes alone. */
export const shapeOnlyKernels: ReadonlySet<string> = new Set(['Fill', 'OnesLike', 'Range', 'ZerosLike']);

/** How kernels that are not a model of their own, or not for these types, are written into a graph. */
export const graphKernels: Readonly<Record<string, GraphKernel>> = {
  Add: binary('Add'),
  Sub: binary('Sub'),
  Multiply: binary('Mul'),
  Maximum: binary('Max'),
  Minimum: binary('Min'),
  Equal: binary('Equal'),
  Greater: binary('Greater'),
  GreaterEqual: binary('GreaterOrEqual'),
  Less: binary('Less'),
  LessEqual: binary('LessOrEqual'),
  LogicalAnd: binary('And'),
  LogicalOr: binary('Or'),
  LogicalNot: (call, graph) => [graph.model.node('Not', [graph.nameOf(inputOf(call, 'x'))])],
  ArgMax: place('ArgMax'),
  ArgMin: place('ArgMin'),
  Max: reduction('ReduceMax', 'reductionIndices'),
  Min: reduction('ReduceMin', 'axis'),
  Sum: reduction('ReduceSum', 'axis'),
  Cast: (call, graph, [output]) => [
    castTo(graph, graph.nameOf(inputOf(call, 'x')), output ? typeOf(output) : 'float32'),
  ],
  Concat: concat,
  GatherV2: gather,
  OneHot: oneHot,
  Pack: pack,
  Select: select,
  Slice: slice,
  SplitV: split,
  Step: step,
  Tile: (call, graph) => [
    graph.model.node('Tile', [
      graph.nameOf(inputOf(call, 'x')),
      graph.model.integers(call.attributes.reps as number[]),
    ]),
  ],
  UnsortedSegmentSum: segmentSum,
  CrossmodalDropout: dropout,
  CrossmodalEmbeddingGrad: embeddingGradient,
  CrossmodalEmbeddingLookup: embeddingLookup,
  CrossmodalOptimizationBarrier: optimizationBarrier,
  CrossmodalSoftmaxCrossEntropy: crossEntropy,
  CrossmodalSoftmaxCrossEntropyGrad: crossEntropyGradient,
};
