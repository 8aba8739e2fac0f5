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
  /** What blocks of encoders keep for the backward pass, and what it computes inside of one. */
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
    activations: BYTES * activationsOf(sizes.stacks, rows),
    // The batch itself, its patches, and the gradient of those.
    pixels: BYTES * 3 * rows * sizes.pixelsPerRow,
  };
  return { ...parts, total: Object.values(parts).reduce((sum, bytes) => sum + bytes, 0) };
}

/** Numbers at the highest point of the backward pass: what all stacks keep, and the inside of the one block where it stands. */
function activationsOf(stacks: readonly BlockStack[], rows: number): number {
  const parts = stacks.map((stack) => partsOf(stack, rows));
  return parts.reduce((sum, { kept }) => sum + kept, 0) + Math.max(0, ...parts.map(({ transient }) => transient));
}

/** `B T D`, `B T I` and `B H T T` are the sizes of a stream, of the inside and of the attention weights. */
function partsOf(stack: BlockStack, rows: number): { readonly kept: number; readonly transient: number } {
  const stream = rows * stack.positions * stack.hiddenSize;
  const inside = rows * stack.positions * stack.intermediateSize;
  const attentions = rows * stack.numAttentionHeads * stack.positions ** 2;
  const block = (stack.hasDropout ? 15 : 14) * stream + 2 * inside + (stack.hasDropout ? 3 : 1) * attentions;
  // What is gone again when the pass leaves the block.
  const transient = 4 * stream + 2 * inside + 3 * attentions;
  return stack.gradientCheckpointing
    ? { kept: stream * stack.blocks, transient: block + transient }
    : { kept: block * stack.blocks, transient };
}
