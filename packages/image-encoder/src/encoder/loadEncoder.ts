import { loadParameters, type Module } from '@crossmodal/layers';
import { type CheckpointFolder, type NameMap, openWeights } from '@crossmodal/weights';
import { type ResizedPositions, resizePositions } from './resizePositions.js';

/** Options of loading a vision encoder. */
export interface LoadVisionOptions {
  /**
   * Side of the square pictures that it will be called with, in pixels; default the checkpoint's. Its position embeddings are interpolated once, as
   * Python's `interpolate_pos_encoding` does in each call, and from then on train and are saved in the new size.
   */
  readonly imageSize?: number | undefined;
}

/** How an encoder is made from a folder. */
export interface EncoderRecipe<E extends Module> {
  readonly folder: CheckpointFolder;
  readonly names: NameMap;
  /** Who loads, for messages. */
  readonly where: string;
  readonly positions: ResizedPositions;
  /** Makes it, with weights of any value. */
  build(shapes: ReadonlyMap<string, readonly number[]>): E;
}

/**
 * Makes an encoder and reads its weights.
 *
 * @throws what `build` throws, and WeightsError when weights are missing, unexpected or of another shape; nothing stays behind
 */
export async function loadEncoder<E extends Module>(recipe: EncoderRecipe<E>): Promise<E> {
  const weights = await openWeights(recipe.folder, recipe.names, recipe.where);
  let encoder: E | undefined;
  try {
    encoder = recipe.build(weights.shapes);
    await loadParameters(encoder, resizePositions(weights, recipe.positions));
    return encoder;
  } catch (error) {
    encoder?.dispose();
    throw error;
  } finally {
    await weights.close();
  }
}
