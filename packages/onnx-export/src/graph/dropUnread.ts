import type { GraphBuilder } from './GraphBuilder.js';

/**
 * Drops nodes and values that lead to no output.
 *
 * @param graph - changed in place; no node reads what a later one makes
 */
export function dropUnread(graph: GraphBuilder): void {
  const read = new Set(graph.outputs.map(({ name }) => name));
  for (const node of graph.nodes.splice(0).reverse()) {
    if (!node.outputs.some((name) => read.has(name))) continue;
    for (const name of node.inputs) read.add(name);
    graph.nodes.unshift(node);
  }
  for (const name of graph.initializers.keys()) if (!read.has(name)) graph.initializers.delete(name);
}
