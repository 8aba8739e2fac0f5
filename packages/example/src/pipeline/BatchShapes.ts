import { lengthBuckets, type LengthBucketOptions, sizeLadder } from '@crossmodal/dataset';
import { getBackend } from '@tensorflow/tfjs-core';

/** The few shapes that batches are padded to where each new one costs memory for good, or compiling. */
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
  /** At most so many lengths, where the data is known; default: as many as suit the backend. */
  readonly lengthBuckets?: number | undefined;
}

/** Shortest length for texts that nobody has seen yet. */
const SHORTEST = 16;
/** A graph of each length is compiled on ONNX Runtime, which takes as long as some steps; every fourth token is one step of its sums. */
const OF_GRAPHS = { count: 4, multipleOf: 4 } as const;

/**
 * Chooses shapes for the backend that runs.
 *
 * @returns `undefined` where batches may have any shape: where the data is not known, everywhere but on webgpu, which keeps buffers of every size it ever saw; where
 *   it is, also on onnxruntime, which compiles each shape, there are only few, and elsewhere if `lengthBuckets` says how many
 */
export function batchShapes(sizes: BatchSizes): BatchShapes | undefined {
  const backend = getBackend();
  if (backend === 'webgpu') return fixedShapes(sizes);
  const { lengths = [], lengthBuckets: count } = sizes;
  if (lengths.length === 0 || (backend !== 'onnxruntime' && count === undefined)) return undefined;
  return fewShapes(sizes, lengths, OF_GRAPHS);
}

/** Shapes for these sizes: where the data is known, a few lengths and only full batches; else sizes that waste less than half. */
export function fixedShapes(sizes: BatchSizes): BatchShapes {
  const { batchSize, maxLength, lengths = [] } = sizes;
  return lengths.length > 0
    ? fewShapes(sizes, lengths)
    : { lengths: sizeLadder(maxLength, SHORTEST), rows: sizeLadder(batchSize) };
}

/** @param usual - where `lengthBuckets` does not say otherwise */
function fewShapes(
  { batchSize, maxLength: limit, lengthBuckets: count }: BatchSizes,
  lengths: readonly number[],
  usual: LengthBucketOptions = {},
): BatchShapes {
  return {
    lengths: lengthBuckets(lengths, { ...usual, ...(count === undefined ? {} : { count }), limit }),
    rows: [batchSize],
  };
}
