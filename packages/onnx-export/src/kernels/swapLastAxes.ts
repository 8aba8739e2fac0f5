import type { GraphBuilder } from '../graph/GraphBuilder.js';
import type { OnnxValue } from './KernelEmitter.js';

/** Transposes the matrices of a value: `[..., M, N]` to `[..., N, M]`. */
export function swapLastAxes({ name, shape }: OnnxValue, graph: GraphBuilder): string {
  const axes = shape.map((_, axis) => axis);
  const perm = [...axes.slice(0, -2), axes.length - 1, axes.length - 2];
  return graph.add('Transpose', [name], { perm });
}
