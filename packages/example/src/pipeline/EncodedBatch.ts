import type { Sample } from '@crossmodal/dataset';
import type { ImageProcessor } from '@crossmodal/image-encoder';
import type { TextTokenizer } from '@crossmodal/text-encoder';
import { tensor1d, tensor2d, tensor4d, type Tensor1D, type Tensor2D, type Tensor4D } from '@tensorflow/tfjs-core';
import type { StoredImage } from './ImageStore.js';

/** One row, ready to be put into a batch. */
export interface EncodedSample {
  readonly sample: Sample;
  readonly inputIds: readonly number[];
  readonly image: StoredImage | undefined;
  readonly label: number;
}

/** Rows side by side, padded to the longest, as typed arrays. */
export interface EncodedBatch {
  readonly ids: readonly string[];
  /** `[B, T]` */
  readonly inputIds: Int32Array;
  readonly attentionMask: Int32Array;
  readonly length: number;
  /** `[B, S, S, 3]`, absent for a text-only model. */
  readonly pixelValues: Float32Array | undefined;
  readonly imageMask: Int32Array;
  readonly imageSize: number;
  /** `[B]`, -1 where the label is unknown. */
  readonly labels: Int32Array;
}

/** Pads token ids, normalises pixels and puts them side by side. */
export function collateSamples(
  items: readonly EncodedSample[],
  tokenizer: TextTokenizer,
  processor: ImageProcessor | undefined,
): EncodedBatch {
  const length = Math.max(1, ...items.map((item) => item.inputIds.length));
  const inputIds = new Int32Array(items.length * length).fill(tokenizer.padTokenId);
  const attentionMask = new Int32Array(items.length * length);
  const imageSize = processor?.size ?? 0;
  const pixelsPerImage = imageSize * imageSize * 3;
  const pixelValues = processor ? new Float32Array(items.length * pixelsPerImage) : undefined;
  const imageMask = new Int32Array(items.length);
  items.forEach((item, row) => {
    inputIds.set(item.inputIds, row * length);
    attentionMask.fill(1, row * length, row * length + item.inputIds.length);
    if (!processor || !pixelValues || !item.image) return;
    imageMask[row] = item.image.present ? 1 : 0;
    const target = pixelValues.subarray(row * pixelsPerImage, (row + 1) * pixelsPerImage);
    if (item.image.present) processor.normalize(item.image.pixels, target);
  });
  return {
    ids: items.map((item) => item.sample.id),
    inputIds,
    attentionMask,
    length,
    pixelValues,
    imageMask,
    imageSize,
    labels: Int32Array.from(items, (item) => item.label),
  };
}

/** The tensors of a batch; the caller disposes them (inside `tidy` nothing needs to be done). */
export interface BatchTensors {
  readonly inputIds: Tensor2D;
  readonly attentionMask: Tensor2D;
  readonly pixelValues?: Tensor4D;
  readonly imageMask?: Tensor1D;
  readonly labels: Tensor1D;
}

/** Uploads a batch. `labels` must be known (>= 0) for a loss to make sense. */
export function batchTensors(batch: EncodedBatch): BatchTensors {
  const rows = batch.ids.length;
  const shape: [number, number] = [rows, batch.length];
  const side = batch.imageSize;
  return {
    inputIds: tensor2d(batch.inputIds, shape, 'int32'),
    attentionMask: tensor2d(batch.attentionMask, shape, 'int32'),
    labels: tensor1d(batch.labels, 'int32'),
    ...(batch.pixelValues
      ? {
          pixelValues: tensor4d(batch.pixelValues, [rows, side, side, 3]),
          imageMask: tensor1d(batch.imageMask, 'int32'),
        }
      : {}),
  };
}
