import { type Module } from '../modules/Module.js';
import { countBlocks } from './countBlocks.js';
import { encoderPlace } from './encoderPlace.js';

/**
 * Trains the last blocks of encoders and what lies above them: the pooler of BERT and ViT, the final norm and the projection of CLIP, and
 * all parameters that are no encoder's. The blocks below and the embeddings are frozen.
 *
 * @param module - an encoder, or a model around encoders, in which case it holds for each of them
 * @param count - how many blocks, an integer from 0 to the number of blocks
 * @throws RangeError when the module has no blocks or fewer than that; nothing is changed then
 */
export function trainLastBlocks(module: Module, count: number): void {
  const blocks = countBlocks(module.namedParameters().keys());
  if (blocks.size === 0) throw new RangeError('trainLastBlocks: the module must have blocks of an encoder, got none.');
  const most = Math.min(...blocks.values());
  if (!(Number.isInteger(count) && count >= 0 && count <= most)) {
    throw new RangeError(
      `trainLastBlocks: count must be an integer from 0 to ${most}, the number of blocks, got ${count}.`,
    );
  }
  const isBelow = (path: string): boolean => {
    const place = encoderPlace(path);
    return place !== undefined && place.depth <= (blocks.get(place.encoder) ?? 0) - count;
  };
  module.unfreeze((path) => !isBelow(path));
  module.freeze(isBelow);
}
