import { type CallContext, deriveSeed, type EncoderBlock } from '@crossmodal/layers';
import { dispose, type Tensor3D } from '@tensorflow/tfjs-core';

/**
 * Runs blocks one after the other, each with its own seed.
 *
 * @param embedded - `[B, T, D]` float32; disposed
 * @returns `[B, T, D]` float32
 */
export function runBlocks(embedded: Tensor3D, blocks: readonly EncoderBlock[], context: CallContext): Tensor3D {
  let hiddenStates = embedded;
  for (const [i, block] of blocks.entries()) {
    const seed = context.seed === undefined ? undefined : deriveSeed(context.seed, 'layers', i);
    const before = hiddenStates;
    hiddenStates = block.callForStream(before, { seed });
    dispose(before);
  }
  return hiddenStates;
}
