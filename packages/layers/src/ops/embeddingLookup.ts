import { gatherND, reshape, scatterND, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import { assertRank } from '../checks/ShapeError.js';
import { runFusedKernel } from './fusedKernel.js';
import { withGradient } from './withGradient.js';

/**
 * Rows of a table by number. In the gradient, rows looked up several times add up.
 *
 * @param table - `[V, D]` float32
 * @param ids - int32 of any shape, each in [0, V). The range is not checked: that would need the values, whose reading is asynchronous
 * @returns `[...ids.shape, D]` float32; new tensor, the caller disposes it
 * @throws TypeError when the ids are not int32
 * @throws {@link ShapeError} when the table is not rank 2
 *
 * @example
 * embeddingLookup(ones([100, 8]), tensor2d([[1, 2], [3, 1]], [2, 2], 'int32')).shape; // [2, 2, 8]
 */
export function embeddingLookup(table: Tensor2D, ids: Tensor): Tensor {
  const [entries, width] = assertRank(table, 2, 'embeddingLookup: table');
  if (ids.dtype !== 'int32') {
    throw new TypeError(
      `embeddingLookup: ids must be int32, got ${ids.dtype}. Create them with tensor(values, shape, 'int32').`,
    );
  }
  const count = ids.size;

  return withGradient(
    [table],
    () => {
      // GatherND copies whole rows; GatherV2 goes value by value and is a hundred times slower on wasm.
      const indices = reshape(ids, [count, 1]);
      const fused = runFusedKernel('CrossmodalEmbeddingLookup', { table, indices })?.[0];
      const rows = fused ?? gatherND(table, indices);
      return { value: reshape(rows, [...ids.shape, width]), saved: [ids] };
    },
    (dy, [rowIds = ids]) => {
      const indices = reshape(rowIds, [count, 1]);
      const updates = reshape(dy, [count, width]);
      const fused = runFusedKernel('CrossmodalEmbeddingGrad', { indices, updates }, { entries });
      return fused ?? [scatterND(indices, updates, [entries, width])];
    },
  );
}
