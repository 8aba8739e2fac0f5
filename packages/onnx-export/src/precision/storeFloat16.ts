import { narrowToFloat16 } from '@crossmodal/weights';
import { type GraphBuilder, type OnnxNode } from '../graph/GraphBuilder.js';
import { bytesOf, onnxTypes, type OnnxTensor } from '../graph/OnnxTensor.js';

/** Values of smaller tensors stay exact: biases, scales, epsilons and masks take next to no bytes, and rounding them would show. */
const SMALLEST_SIZE = 256;
/** What rounds to infinity in float16: half a step above its largest value, 65,504. */
const OVERFLOW = 65_520;
/** The smallest normal value of float16; below it bits are lost, below 2^-25 all of them. */
const SMALLEST_NORMAL = 2 ** -14;

/**
 * Stores matrices and tables as float16, to the nearest value, ties to even; all arithmetic stays float32. A `Cast` widens a matrix, and ONNX Runtime runs it
 * once, when it loads the model; of a table that is gathered from, only the rows that are read are widened.
 *
 * @param graph - changed in place
 * @returns names of the matrices that float16 cannot hold and that stay float32: with a finite value that would become infinite, or with none but
 *   subnormal ones
 */
export function storeFloat16(graph: GraphBuilder): string[] {
  const halved = new Set<string>();
  const kept: string[] = [];
  for (const [name, tensor] of [...graph.initializers]) {
    if (tensor.type !== 'float32' || tensor.shape.length < 2 || tensor.bytes.length < 4 * SMALLEST_SIZE) continue;
    const values = float32Of(tensor);
    if (!fits(values)) {
      kept.push(name);
      continue;
    }
    graph.initializers.delete(name);
    graph.constant({ type: 'float16', shape: tensor.shape, bytes: bytesOf(narrowToFloat16(values)) }, halfOf(name));
    halved.add(name);
  }
  const nodes = graph.nodes.splice(0);
  const read = new Set(nodes.flatMap((node) => node.inputs.filter((_, i) => !(i === 0 && node.op === 'Gather'))));
  for (const name of halved) if (read.has(name)) widen(graph, halfOf(name), name);
  for (const node of nodes) {
    if (node.op === 'Gather' && halved.has(node.inputs[0] ?? '')) gatherHalves(node, graph);
    else graph.nodes.push(node);
  }
  return kept;
}

const halfOf = (name: string): string => `${name}_float16`;

function widen(graph: GraphBuilder, half: string, name: string): void {
  graph.add('Cast', [half], { to: onnxTypes.float32 }, name);
}

function gatherHalves(node: OnnxNode, graph: GraphBuilder): void {
  const [table = '', ...indices] = node.inputs;
  const [output = ''] = node.outputs;
  graph.nodes.push({ ...node, inputs: [halfOf(table), ...indices], outputs: [halfOf(output)] });
  widen(graph, halfOf(output), output);
}

function fits(values: Float32Array): boolean {
  let largest = 0;
  for (const value of values) {
    const size = Math.abs(value);
    if (size > largest && size < Infinity) largest = size;
  }
  return largest < OVERFLOW && (largest === 0 || largest >= SMALLEST_NORMAL);
}

function float32Of({ bytes }: OnnxTensor): Float32Array {
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
}
