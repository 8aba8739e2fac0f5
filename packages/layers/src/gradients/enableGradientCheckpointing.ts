import { EncoderBlock } from '../modules/EncoderBlock.js';
import { type Module } from '../modules/Module.js';

/**
 * Makes every block of the encoders in a module keep nothing but its inputs for the backward pass, which runs it again: Hugging Face's
 * `gradient_checkpointing_enable`. Memory for activations falls to one stream per block and the inside of one block; a step runs each block's
 * forward pass twice. Losses and gradients are the same to the last bit on backends that compute the same bits twice.
 *
 * @param module - an encoder, or a model around encoders
 * @param enabled - false switches it off; default true
 * @throws RangeError when there is no block in the module
 */
export function enableGradientCheckpointing(module: Module, enabled = true): void {
  const blocks = [...module.namedModules().values()].filter((part) => part instanceof EncoderBlock);
  if (blocks.length === 0) {
    throw new RangeError(
      `enableGradientCheckpointing: the module must have blocks of an encoder, got a ${module.constructor.name} without any.`,
    );
  }
  for (const block of blocks) block.gradientCheckpointing = enabled;
}
