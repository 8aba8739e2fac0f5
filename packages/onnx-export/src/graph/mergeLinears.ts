import type { GraphBuilder, OnnxNode } from './GraphBuilder.js';

/**
 * Computes linear layers that read the same input, such as query, key and value of attention, as one product: `x [W1; W2; W3]ᵀ + [b1; b2; b3]`, which
 * is then split. A wide product keeps the cores busier than three narrow ones.
 *
 * Weights keep their names and shapes; that they are put together is left to the runtime, which does it once, when it loads the model.
 *
 * @param graph - changed in place; outputs of nodes keep their names
 */
export function mergeLinears(graph: GraphBuilder): void {
  const groups = new Map<string, OnnxNode[]>();
  for (const node of graph.nodes) {
    const key = groupOf(node, graph);
    if (key !== undefined) groups.set(key, [...(groups.get(key) ?? []), node]);
  }
  const merged = new Map([...groups.values()].filter(({ length }) => length > 1).map((group) => [group[0], group]));
  const gone = new Set([...merged.values()].flat());
  for (const node of graph.nodes.splice(0)) {
    const group = merged.get(node);
    if (group) addMerged(group, graph);
    else if (!gone.has(node)) graph.nodes.push(node);
  }
}

/** Layers with the same key may be merged; none for what is no linear layer with constant weights. */
function groupOf({ op, inputs }: OnnxNode, { initializers }: GraphBuilder): string | undefined {
  const [x = '', weight = '', bias] = inputs;
  // `Gemm` here is always that of a linear layer: its second operand is transposed.
  if (op !== 'Gemm' || initializers.get(weight)?.type !== 'float32') return undefined;
  if (bias === undefined) return `${x} without bias`;
  // A shorter bias would be repeated along the outputs.
  const isWhole = initializers.get(bias)?.shape.join() === String(initializers.get(weight)?.shape[0]);
  return isWhole ? x : undefined;
}

/** Where the first of the layers stood: its input is there, and the weights are constants. */
function addMerged(group: readonly OnnxNode[], graph: GraphBuilder): void {
  const [x = '', , firstBias] = group[0]?.inputs ?? [];
  const joined = (at: number): string =>
    graph.add(
      'Concat',
      group.map(({ inputs }) => inputs[at] ?? ''),
      { axis: 0 },
    );
  const bias = firstBias === undefined ? [] : [joined(2)];
  const product = graph.add('Gemm', [x, joined(1), ...bias], { transB: 1 });
  const sizes = group.map(({ inputs }) => graph.initializers.get(inputs[1] ?? '')?.shape[0] ?? 0);
  graph.nodes.push({
    op: 'Split',
    inputs: [product, graph.integers(sizes)],
    outputs: group.flatMap(({ outputs }) => outputs),
    attributes: [{ name: 'axis', type: 'int', value: 1 }],
  });
}
