import type { GraphBuilder } from '../graph/GraphBuilder.js';
import type { KernelEmitter, KernelReader } from './KernelEmitter.js';
import { swapLastAxes } from './swapLastAxes.js';

/** Products of matrices. */
export const matrices: Readonly<Record<string, KernelEmitter>> = {
  BatchMatMul: (call, graph) => product(call, graph),
  _FusedMatMul: (call, graph) => {
    const plain = product(call, graph);
    const shifted = call.has('bias') ? graph.add('Add', [plain, call.name('bias')]) : plain;
    const activation = call.word('activation', 'linear');
    if (activation === 'linear') return shifted;
    const op = { relu: 'Relu', sigmoid: 'Sigmoid', elu: 'Elu' }[activation];
    if (op === undefined) throw call.error(`activation "${activation}" has no counterpart`);
    return graph.add(op, [shifted]);
  },
};

function product(call: KernelReader, graph: GraphBuilder): string {
  const a = call.flag('transposeA') ? swapLastAxes(call.value('a'), graph) : call.name('a');
  const b = call.flag('transposeB') ? swapLastAxes(call.value('b'), graph) : call.name('b');
  return graph.add('MatMul', [a, b]);
}
