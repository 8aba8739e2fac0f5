import { deriveSeed, type EncoderBlock, type EncoderBlockContext } from '@crossmodal/layers';
import { dispose, type Tensor3D } from '@tensorflow/tfjs-core';

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
    hiddenStates = block.callForStream(before, context);
    dispose(before);
  }
  return hiddenStates;
}
