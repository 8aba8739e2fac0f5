import { type GraphBuilder } from '../graph/GraphBuilder.js';
import { bytesOf, onnxTypes, type OnnxTensor } from '../graph/OnnxTensor.js';
import { OnnxExportError } from '../OnnxExportError.js';

/**
 * Largest whole number of a weight. Seven bits instead of eight, because processors without VNNI add two products in 16 bits and would saturate:
 * 2 * 255 * 63 fits. So every machine computes the same.
 */
const LARGEST = 63;

/**
 * Turns products with constant matrices into whole-number arithmetic: weights as int8 with a scale per output, inputs as uint8 with one scale that
 * is found while the model runs (`DynamicQuantizeLinear`, `MatMulInteger`). Everything else, embeddings among it, stays float32.
 *
 * @param graph - changed in place; the float32 weights stay where nothing reads them any more
 * @throws OnnxExportError when a weight is not finite
 */
export function quantizeWeights(graph: GraphBuilder): void {
  const quantizedInputs = new Map<string, readonly string[]>();
  const transposed = new Map(
    graph.nodes.filter(({ op }) => op === 'Transpose').map(({ inputs, outputs }) => [outputs[0], inputs[0]]),
  );
  for (const node of graph.nodes.splice(0)) {
    const [x = '', matrix = ''] = node.inputs;
    const isTransposed = transposed.has(matrix);
    const weightName = transposed.get(matrix) ?? matrix;
    const weight = graph.initializers.get(weightName);
    if (!weight || node.op !== 'MatMul' || weight.type !== 'float32' || weight.shape.length !== 2) {
      graph.nodes.push(node);
      continue;
    }
    const [output = ''] = node.outputs;
    const input = quantizedInputs.get(x) ?? graph.addMany('DynamicQuantizeLinear', [x], 3);
    quantizedInputs.set(x, input);
    const [values = '', inputScale = '', zeroPoint = ''] = input;
    const { whole, scales } = addQuantized(weightName, weight, isTransposed, graph);
    const sums = graph.add('MatMulInteger', [values, whole, zeroPoint]);
    const scale = graph.add('Mul', [inputScale, scales]);
    graph.add('Mul', [graph.add('Cast', [sums], { to: onnxTypes.float32 }), scale], {}, output);
  }
}

/** Adds `[In, Out]` int8 and `[Out]` float32 for a weight of `[In, Out]`, or of `[Out, In]` if it is transposed. */
function addQuantized(
  name: string,
  { shape, bytes }: OnnxTensor,
  isTransposed: boolean,
  graph: GraphBuilder,
): { readonly whole: string; readonly scales: string } {
  const names = { whole: `${name}_int8`, scales: `${name}_scale` };
  if (graph.initializers.has(names.whole)) return names;
  const weights = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  const [rows = 0, columns = 0] = shape;
  const [inputs, outputs] = isTransposed ? [columns, rows] : [rows, columns];
  const at = (i: number, o: number): number => weights[isTransposed ? o * inputs + i : i * outputs + o] ?? 0;
  const scales = new Float32Array(outputs);
  const whole = new Int8Array(inputs * outputs);
  for (let o = 0; o < outputs; o++) {
    let largest = 0;
    for (let i = 0; i < inputs; i++) largest = Math.max(largest, Math.abs(at(i, o)));
    if (!Number.isFinite(largest)) {
      throw new OnnxExportError(`exportOnnx: precision int8: weight ${name} must be finite, got ${largest}.`);
    }
    const scale = Math.fround(largest / LARGEST) || 1;
    scales[o] = scale;
    for (let i = 0; i < inputs; i++) whole[i * outputs + o] = Math.round(at(i, o) / scale);
  }
  graph.constant({ type: 'int8', shape: [inputs, outputs], bytes: bytesOf(whole) }, names.whole);
  graph.constant({ type: 'float32', shape: [outputs], bytes: bytesOf(scales) }, names.scales);
  return names;
}
