import type { MultimodalSentimentModel } from '@crossmodal/fusion-model';
import { type BlockStack, blockStackOf } from './BlockStack.js';

/** The blocks of a model's encoders; a side is missing where there is no encoder or nobody knows its sizes. */
export interface EncoderStacks {
  readonly text: BlockStack | undefined;
  readonly image: BlockStack | undefined;
}

/**
 * Reads the sizes of both encoders.
 *
 * @param model - with its own image size
 * @param length - of texts, in tokens
 */
export function encoderStacks(
  { textEncoder, imageEncoder }: Pick<MultimodalSentimentModel, 'textEncoder' | 'imageEncoder'>,
  length: number,
): EncoderStacks {
  const patches = imageEncoder && 'gridSize' in imageEncoder ? Number(imageEncoder.gridSize) ** 2 : 0;
  return {
    text: textEncoder && blockStackOf(textEncoder, length),
    image: imageEncoder && blockStackOf(imageEncoder, 1 + patches),
  };
}
