import { inputOf, type NativeKernels } from '../kernels/NativeKernel.js';
import { addRows } from '../kernels/segmentSum.js';
import { gatherRows } from '../kernels/shapes.js';

/** Rows of a table by number, and the sum of what comes back to each row. */
export const embeddingKernels: NativeKernels = {
  CrossmodalEmbeddingLookup: (call) => {
    const [table, indices] = [inputOf(call, 'table'), inputOf(call, 'indices')];
    const [entries = 0, width = 0] = table.shape;
    const rows = gatherRows(call.backend, table, indices, [indices.shape[0] ?? 0, width]);
    if (!rows) throw new RangeError(`CrossmodalEmbeddingLookup: ids must be in [0, ${entries}), got one outside.`);
    return rows;
  },
  CrossmodalEmbeddingGrad: (call) => {
    const [indices, updates] = [inputOf(call, 'indices'), inputOf(call, 'updates')];
    const width = updates.shape[1] ?? 0;
    const output = call.backend.makePooled([call.attributes.entries as number, width], 'float32');
    const sums = call.backend.valuesOf(output).fill(0);
    addRows(call.backend.valuesOf(updates), call.backend.valuesOf(indices), sums, width);
    return output;
  },
};
