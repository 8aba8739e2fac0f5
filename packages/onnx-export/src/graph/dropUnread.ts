import type { GraphBuilder } from './GraphBuilder.js';

/**
 * Drops nodes and values that lead to no output.
 *
 * @param graph - changed in place; no node reads what a later one makes
 */
export function dropUnread(graph: GraphBuilder): void {
  const read = new Set(graph.outputs.map(({ name }) => name));
  const backwards = graph.nodes.splice(0).reverse();
  const kept = backwards.filter(({ inputs, outputs }) => {
    const isRead = outputs.some((name) => read.has(name));
    if (isRead) for (const name of inputs) read.add(name);
    return isRead;
  });
  graph.nodes.push(...kept.reverse());
  for (const name of graph.initializers.keys()) if (!read.has(name)) graph.initializers.delete(name);
}
