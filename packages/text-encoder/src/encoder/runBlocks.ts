import { deriveSeed, type EncoderBlockContext, type EncoderBlockResult } from '@crossmodal/layers';
import { dispose, type Tensor3D, tidy } from '@tensorflow/tfjs-core';

/** What a stack is made of. */
export interface EncoderBlock {
  call(hiddenStates: Tensor3D, context: EncoderBlockContext): EncoderBlockResult;
}

/**
 * Runs blocks one after the other, each with its own seed.
 *
 * @param embedded - `[B, T, D]` float32; disposed
 * @param context - what all of them read, and the step's seed
 * @returns `[B, T, D]` float32
 */
export function runBlocks(
  embedded: Tensor3D,
  blocks: readonly EncoderBlock[],
  { bias, seed }: EncoderBlockContext,
): Tensor3D {
  let hiddenStates = embedded;
  for (const [i, block] of blocks.entries()) {
    const before = hiddenStates;
    const context = { bias, seed: seed === undefined ? undefined : deriveSeed(seed, 'layer', i) };
    // What a block leaves over goes at once, not when the whole call ends.
    hiddenStates = tidy(() => block.call(before, context).hiddenStates);
    dispose(before);
  }
  return hiddenStates;
}
