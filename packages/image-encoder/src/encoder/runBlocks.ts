import { type CallContext, deriveSeed, type PreNormBlock } from '@crossmodal/layers';
import { dispose, type Tensor3D, tidy } from '@tensorflow/tfjs-core';

/**
 * Runs blocks one after the other, each with its own seed.
 *
 * @param embedded - `[B, T, D]` float32; disposed
 * @returns `[B, T, D]` float32
 */
export function runBlocks(embedded: Tensor3D, blocks: readonly PreNormBlock[], context: CallContext): Tensor3D {
  let hiddenStates = embedded;
  for (const [i, block] of blocks.entries()) {
    const seed = context.seed === undefined ? undefined : deriveSeed(context.seed, 'layers', i);
    const before = hiddenStates;
    // What a block leaves over goes at once, not when the whole call ends.
    hiddenStates = tidy(() => block.call(before, { seed }).hiddenStates);
    dispose(before);
  }
  return hiddenStates;
}
