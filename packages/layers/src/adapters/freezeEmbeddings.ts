import { type Module } from '../modules/Module.js';
import { encoderPlace } from './encoderPlace.js';

/**
 * Excludes the embeddings of encoders from training: tables of words and positions, the map of patches, and the norm right above them.
 *
 * @param module - an encoder, or a model around encoders
 * @throws RangeError when it has no embeddings
 */
export function freezeEmbeddings(module: Module): void {
  const isEmbedding = (path: string): boolean => encoderPlace(path)?.depth === 0;
  const paths = [...module.namedParameters().keys()];
  if (!paths.some(isEmbedding)) {
    throw new RangeError(
      `freezeEmbeddings: the module must have embeddings, got ${paths.length} other parameters, such as "${paths[0] ?? ''}".`,
    );
  }
  module.freeze(isEmbedding);
}
