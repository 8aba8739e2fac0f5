import type { BlockStack } from './BlockStack.js';

/** What a step of training is made of. */
export interface StepSizes {
  /** Numbers in all parameters. */
  readonly values: number;
  /** Numbers in those that are trained. */
  readonly trainedValues: number;
  /** Batches per update: beyond one, their gradients are summed beside those of the batch. */
  readonly gradientAccumulationSteps: number;
  /** Rows of a batch. */
  readonly rows: number;
  /** Numbers in the pixels of a row; 0 where images are not read in the step. */
  readonly pixelsPerRow: number;
  /** The encoders that run in the step. */
  readonly stacks: readonly BlockStack[];
}

/** Bytes at the highest point of a step, by what they are for. */
export interface MemoryEstimate {
  readonly weights: number;
  readonly gradients: number;
  /** AdamW's two moments. */
  readonly moments: number;
  /** What blocks of encoders keep for the backward pass, and the gradients that it leaves there until it ends. */
  readonly activations: number;
  readonly pixels: number;
  readonly total: number;
}

const BYTES = 4;

/**
 * Estimates the memory of tensors that a step of training takes, before it is taken.
 *
 * The coefficients were measured on the backend cpu, where every operation is composed; backends with fused kernels keep less. Fusion, classifier and
 * embeddings are left out: they are small beside the blocks. A test compares estimates with what steps take.
 */
export function estimateMemory(sizes: StepSizes): MemoryEstimate {
  const { values, trainedValues, rows } = sizes;
  const parts = {
    weights: BYTES * values,
    gradients: BYTES * trainedValues * (sizes.gradientAccumulationSteps > 1 ? 2 : 1),
    moments: BYTES * trainedValues * 2,
    activations: BYTES * sizes.stacks.reduce((sum, stack) => sum + activationsOf(stack, rows), 0),
    // The batch itself, its patches, and the gradient of those.
    pixels: BYTES * 3 * rows * sizes.pixelsPerRow,
  };
  return { ...parts, total: Object.values(parts).reduce((sum, bytes) => sum + bytes, 0) };
}

/** Numbers that a stack keeps: `B T D`, `B T I` and `B H T T` are the sizes of a stream, of the inside and of the attention weights. */
function activationsOf(stack: BlockStack, rows: number): number {
  const stream = rows * stack.positions * stack.hiddenSize;
  const inside = rows * stack.positions * stack.intermediateSize;
  const attentions = rows * stack.numAttentionHeads * stack.positions ** 2;
  const block = stack.hasDropout
    ? 34 * stream + 4 * inside + 5 * attentions
    : 30 * stream + 4 * inside + 2 * attentions;
  // What is gone again when the pass leaves the block.
  const transient = 4 * attentions + 2 * stream;
  return transient + (stack.gradientCheckpointing ? 2 * stream * stack.blocks + block : block * stack.blocks);
}
