import { isSameShape } from '../graph/Dim.js';
import type { GraphBuilder } from '../graph/GraphBuilder.js';
import type { KernelEmitter, KernelReader } from './KernelEmitter.js';
import { swapLastAxes } from './swapLastAxes.js';

/** Layers of `@crossmodal/layers` that compute each row by itself. */
export const linear: Readonly<Record<string, KernelEmitter>> = {
  CrossmodalLinear: (call, graph) =>
    onRows(call, graph, (x) => {
      const product = graph.add('MatMul', [x, swapLastAxes(call.value('weight'), graph)]);
      return call.has('bias') ? graph.add('Add', [product, call.name('bias')]) : product;
    }),
  CrossmodalLayerNorm: (call, graph) =>
    onRows(call, graph, (x) =>
      graph.add('LayerNormalization', [x, call.name('weight'), call.name('bias')], {
        axis: -1,
        epsilon: call.number('epsilon'),
      }),
    ),
};

/**
 * Rows `[R, In]` to rows `[R, Out]`. Where the rows are those of a value of more axes, as of `[batch, length, In]`, its own shape is kept: reshaping there
 * and back would keep ONNX Runtime from joining a bias and Gelu.
 */
function onRows(call: KernelReader, graph: GraphBuilder, compute: (x: string) => string): string {
  const rows = call.value('x');
  const { name, shape } =
    graph.views(rows.name).find((view) => isSameShape(view.shape.slice(-1), rows.shape.slice(-1))) ?? rows;
  return graph.reshape({ name: compute(name), shape: [...shape.slice(0, -1), ...call.shape.slice(-1)] }, call.shape);
}
