import { gather, max, min, sub, type Tensor1D, tensor1d, type Tensor4D, tidy, zeros } from '@tensorflow/tfjs-core';
import type { MultimodalSentimentInputs } from './model/MultimodalSentimentInputs.js';
import type { MultimodalSentimentModel } from './model/MultimodalSentimentModel.js';

/** What stands in for a sample's image: the image of another sample, by number, or no image at all. */
export type ImageReplacement = readonly number[] | 'none';

/** Result of {@link measureImageReliance}. */
export interface ImageReliance {
  /** Per sample, in logits: the largest change of the log-odds between any two classes. */
  readonly shifts: readonly number[];
  /** Mean of `shifts`; NaN for an empty batch. */
  readonly meanShift: number;
}

/**
 * Measures how far a model's logits move when the images of a batch are replaced.
 *
 * An attention weight does not say whether an image mattered; this does. With `d` the difference of the logits after
 * and before, a sample's shift is `max(d) - min(d)`: for two classes the change of the log-odds, and unmoved by a constant
 * added to all logits, which changes no probability. 0 = the image made no difference.
 *
 * @param model - in evaluation mode
 * @param inputs - one batch; `pixelValues` is required
 * @param replacement - entry `i` is the number of the sample whose image sample `i` gets, never `i` itself; or `'none'`, which
 *   means something only for a model that was trained with missing images
 * @returns shifts in logits, not rounded
 * @throws RangeError when the replacement does not fit the batch, or the model is in training mode
 * @throws TypeError when the batch has no images
 */
export async function measureImageReliance(
  model: MultimodalSentimentModel,
  inputs: MultimodalSentimentInputs,
  replacement: ImageReplacement,
): Promise<ImageReliance> {
  if (model.training) {
    throw new RangeError('measureImageReliance: the model must be in evaluation mode, got training mode. Call eval().');
  }
  const { pixelValues, imageMask } = inputs;
  if (!pixelValues) throw new TypeError('measureImageReliance: inputs must hold pixelValues, got none.');
  if (replacement !== 'none') assertReplacement(replacement, pixelValues.shape[0]);
  const shifts = tidy(() => {
    const before = model.call(inputs).logits;
    const after = model.call({ ...inputs, ...replaceImages(pixelValues, imageMask, replacement) }).logits;
    const moved = sub(after, before);
    return sub(max(moved, 1), min(moved, 1)); // [B]
  });
  const values = Array.from(await shifts.data());
  shifts.dispose();
  return { shifts: values, meanShift: values.reduce((sum, shift) => sum + shift, 0) / values.length };
}

type Images = Pick<MultimodalSentimentInputs, 'pixelValues' | 'imageMask'>;

function replaceImages(pixelValues: Tensor4D, imageMask: Tensor1D | undefined, replacement: ImageReplacement): Images {
  if (replacement === 'none') return { imageMask: zeros([pixelValues.shape[0]]) };
  const order = tensor1d([...replacement], 'int32');
  return { pixelValues: gather(pixelValues, order), imageMask: imageMask && gather(imageMask, order) };
}

function assertReplacement(replacement: readonly number[], batch: number): void {
  const fits = (from: number, to: number): boolean =>
    Number.isInteger(from) && from >= 0 && from < batch && from !== to;
  if (replacement.length !== batch || !replacement.every(fits)) {
    throw new RangeError(
      `measureImageReliance: replacement must name another of the ${String(batch)} samples for each of them, ` +
        `got [${replacement.join(', ')}].`,
    );
  }
}
