import { lengthBuckets, sizeLadder } from '@crossmodal/dataset';
import { getBackend } from '@tensorflow/tfjs-core';

/** The few shapes that batches are padded to where each new one costs memory for good. */
export interface BatchShapes {
  /** Tokens of a row, ascending. */
  readonly lengths: readonly number[];
  /** Rows of a batch, ascending. */
  readonly rows: readonly number[];
}

/** What shapes are chosen for. */
export interface BatchSizes {
  /** Rows of a full batch. */
  readonly batchSize: number;
  /** Longest text in tokens. */
  readonly maxLength: number;
  /** Tokens of each text of the data; default: nobody knows, as when a server predicts. */
  readonly lengths?: readonly number[];
}

/** Shortest length for texts that nobody has seen yet. */
const SHORTEST = 16;

/**
 * Chooses shapes for the backend that runs.
 *
 * @returns `undefined` where batches may have any shape: everywhere but on webgpu, which keeps buffers of every size it ever saw
 */
export function batchShapes(sizes: BatchSizes): BatchShapes | undefined {
  return getBackend() === 'webgpu' ? fixedShapes(sizes) : undefined;
}

/** Shapes for these sizes: where the data is known, a few lengths and only full batches; else sizes that waste less than half. */
export function fixedShapes({ batchSize, maxLength, lengths = [] }: BatchSizes): BatchShapes {
  return lengths.length > 0
    ? { lengths: lengthBuckets(lengths, { limit: maxLength }), rows: [batchSize] }
    : { lengths: sizeLadder(maxLength, SHORTEST), rows: sizeLadder(batchSize) };
}
