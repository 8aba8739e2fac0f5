import { bytesOf, float32Scalar, int64Tensor, onnxTypeOf, onnxTypes } from '../graph/OnnxTensor.js';
import type { Dim } from '../graph/Dim.js';
import type { GraphBuilder } from '../graph/GraphBuilder.js';
import type { KernelEmitter, KernelReader } from './KernelEmitter.js';

const reshape: KernelEmitter = (call, graph) => {
  const [x] = call.list;
  if (!x) throw call.error('an input must be there');
  return graph.reshape(x, call.shape);
};

/** Kernels that move numbers, repeat them or make them from sizes. */
export const shapes: Readonly<Record<string, KernelEmitter>> = {
  Reshape: reshape,
  ExpandDims: reshape,
  Identity: (call, graph) => graph.add('Identity', [call.name('x')]),
  Transpose: (call, graph) => graph.add('Transpose', [call.name('x')], { perm: call.numbers('perm') }),
  Concat: (call, graph) => {
    // Empty pieces add nothing.
    return graph.add(
      'Concat',
      call.list.map(({ name }) => name),
      { axis: call.number('axis') },
    );
  },
  Pack: (call, graph) => {
    const axis = call.number('axis');
    const pieces = call.list.map(({ name }) => graph.add('Unsqueeze', [name, graph.integers([axis])]));
    return graph.add('Concat', pieces, { axis });
  },
  Unpack: (call, graph) => {
    const axis = call.number('axis');
    const { name } = call.value('value');
    return call.call.outputs.map((_, i) => graph.add('Gather', [name, graph.constant(int64Tensor([i], []))], { axis }));
  },
  Slice: (call, graph) => {
    const begin = call.dims('begin');
    return sliced(call, graph, begin);
  },
  SplitV: (call, graph) => {
    const axis = call.number('axis');
    const sizes = graph.dims(call.call.outputs.map(({ shape }) => shape[axis] ?? 0));
    return graph.addMany('Split', [call.name('x'), sizes], call.call.outputs.length, { axis });
  },
  Tile: (call, graph) => graph.add('Tile', [call.name('x'), graph.dims(call.dims('reps'))]),
  BroadcastTo: (call, graph) => graph.add('Expand', [call.name('x'), graph.dims(call.shape)]),
  PadV2: (call, graph) => {
    const paddings = call.call.attributes.paddings as readonly (readonly [number, number])[];
    const pads = [...paddings.map(([before]) => before), ...paddings.map(([, after]) => after)];
    const value = graph.constant(float32Scalar(call.number('constantValue')));
    return graph.add('Pad', [call.name('x'), graph.integers(pads), value]);
  },
  Fill: (call, graph) => graph.add('Expand', [scalar(call, graph, call.number('value')), graph.dims(call.shape)]),
  ZerosLike: (call, graph) => graph.add('Expand', [scalar(call, graph, 0), graph.dims(call.shape)]),
  OnesLike: (call, graph) => graph.add('Expand', [scalar(call, graph, 1), graph.dims(call.shape)]),
  Range: (call, graph) => {
    const bound = (name: string): string => graph.add('Squeeze', [graph.dims(call.dims(name)), graph.integers([0])]);
    const range = graph.add('Range', [bound('start'), bound('stop'), bound('step')]);
    return graph.add('Cast', [range], { to: onnxTypes[onnxTypeOf(call.dtype)] });
  },
  OneHot: (call, graph) => {
    const values = Float32Array.of(call.number('offValue'), call.number('onValue'));
    const kept = graph.constant({ type: 'float32', shape: [2], bytes: bytesOf(values) });
    const depth = graph.dims(call.dims('depth'));
    // ONNX Runtime has no OneHot whose indices and depth differ in type.
    const indices = graph.add('Cast', [call.name('indices')], { to: onnxTypes.int64 });
    const hot = graph.add('OneHot', [indices, depth, kept], { axis: -1 });
    return call.dtype === 'float32' ? hot : graph.add('Cast', [hot], { to: onnxTypes[onnxTypeOf(call.dtype)] });
  },
  GatherV2: (call, graph) => {
    if (call.number('batchDims', 0) !== 0) throw call.error('batchDims must be 0');
    return graph.add('Gather', [call.name('x'), call.name('indices')], { axis: call.number('axis', 0) });
  },
  GatherNd: (call, graph) => {
    const indices = graph.add('Cast', [call.name('indices')], { to: onnxTypes.int64 });
    return graph.add('GatherND', [call.name('params'), indices]);
  },
  CrossmodalEmbeddingLookup: (call, graph) => {
    const rows = graph.add('Reshape', [call.name('indices'), graph.integers([-1])]);
    return graph.add('Gather', [call.name('table'), rows], { axis: 0 });
  },
};

/** A slice from `begin` in the size of the output. */
function sliced(call: KernelReader, graph: GraphBuilder, begin: readonly Dim[]): string {
  const ends = graph.add('Add', [graph.dims(begin), graph.dims(call.shape)]);
  const axes = graph.integers(begin.map((_, axis) => axis));
  return graph.add('Slice', [call.name('x'), graph.dims(begin), ends, axes]);
}

function scalar(call: KernelReader, graph: GraphBuilder, value: number): string {
  const { dtype } = call;
  if (dtype === 'float32') return graph.constant(float32Scalar(value));
  if (dtype === 'int32') return graph.constant({ type: 'int32', shape: [], bytes: bytesOf(Int32Array.of(value)) });
  return graph.constant({ type: 'bool', shape: [], bytes: Uint8Array.of(value) });
}
