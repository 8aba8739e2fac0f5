import { bucketFor, type Sample } from '@crossmodal/dataset';
import type { ImageProcessor } from '@crossmodal/image-encoder';
import { type PaddedFeature, padFeatures, type SampleFeatures } from '@crossmodal/training';
import type { ImageFeatures, TextFeatures } from '@crossmodal/fusion-model';
import type { TextTokenizer } from '@crossmodal/text-encoder';
import {
  tensor,
  tensor1d,
  tensor2d,
  tensor4d,
  tensor_util,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor4D,
  type TensorContainer,
} from '@tensorflow/tfjs-core';
import type { KeptImage } from '../features/RunFeatures.js';
import type { BatchShapes } from './BatchShapes.js';
import type { StoredImage } from './ImageStore.js';

/** One row, ready to be put into a batch. */
export interface EncodedSample {
  readonly sample: Sample;
  readonly inputIds: readonly number[];
  readonly image: StoredImage | undefined;
  /** What a frozen text encoder made of it, instead of running the encoder. */
  readonly textFeatures?: SampleFeatures | undefined;
  /** The same of its image, which is not loaded then. */
  readonly imageFeatures?: KeptImage | undefined;
  readonly label: number;
}

/** Rows side by side, padded to the longest, as typed arrays. Rows beyond the ids only fill the batch: they repeat one of it. */
export interface EncodedBatch {
  readonly ids: readonly string[];
  /** How many there are, those that fill the batch included: `B`. */
  readonly rows: number;
  /** `[B, T]` */
  readonly inputIds: Int32Array;
  readonly attentionMask: Int32Array;
  readonly length: number;
  /** `[B, S, S, 3]`, absent for a text-only model and where there are features. */
  readonly pixelValues: Float32Array | undefined;
  readonly imageMask: Int32Array;
  readonly imageSize: number;
  /** By name, absent where the encoder is run. */
  readonly textFeatures: ReadonlyMap<string, PaddedFeature> | undefined;
  readonly imageFeatures: ReadonlyMap<string, PaddedFeature> | undefined;
  /** `[B]`, -1 where the label is unknown. */
  readonly labels: Int32Array;
}

/**
 * Pads token ids, normalises pixels and puts them side by side.
 *
 * @param samples - at least one
 * @param shapes - what to pad lengths and rows to; default: to the longest, and no rows are added
 */
export function collateSamples(
  samples: readonly EncodedSample[],
  tokenizer: TextTokenizer,
  processor: ImageProcessor | undefined,
  shapes?: BatchShapes,
): EncodedBatch {
  const items = shapes ? fillRows(samples, bucketFor(samples.length, shapes.rows)) : samples;
  const longest = Math.max(1, ...items.map((item) => item.inputIds.length));
  const length = shapes ? bucketFor(longest, shapes.lengths) : paddedLength(longest, tokenizer.modelMaxLength);
  const inputIds = new Int32Array(items.length * length).fill(tokenizer.padTokenId);
  const attentionMask = new Int32Array(items.length * length);
  const textFeatures = padAll(
    items.map((item) => item.textFeatures),
    length,
  );
  const imageFeatures = padAll(items.map((item) => item.imageFeatures?.features));
  const imageSize = processor?.size ?? 0;
  const pixelsPerImage = imageSize * imageSize * 3;
  const pixelValues = processor && !imageFeatures ? new Float32Array(items.length * pixelsPerImage) : undefined;
  const imageMask = new Int32Array(items.length);
  items.forEach((item, row) => {
    inputIds.set(item.inputIds, row * length);
    attentionMask.fill(1, row * length, row * length + item.inputIds.length);
    imageMask[row] = (item.imageFeatures ?? item.image)?.present ? 1 : 0;
    if (!processor || !pixelValues || !item.image) return;
    const target = pixelValues.subarray(row * pixelsPerImage, (row + 1) * pixelsPerImage);
    if (item.image.present) processor.normalize(item.image.pixels, target);
  });
  return {
    ids: samples.map((item) => item.sample.id),
    rows: items.length,
    inputIds,
    attentionMask,
    length,
    pixelValues,
    imageMask,
    imageSize,
    textFeatures,
    imageFeatures,
    labels: Int32Array.from(items, (item) => item.label),
  };
}

/** Repeats a sample at the end: its numbers are finite wherever the batch's are, which zeros need not be. */
function fillRows(samples: readonly EncodedSample[], rows: number): readonly EncodedSample[] {
  return Array.from({ length: rows }, (_, row) => samples[row] ?? samples[0]).flatMap((item) => item ?? []);
}

/**
 * The next multiple of four. Sums over keys of four at a time, as in WebAssembly, then have the same order whatever a text's batch mates are, so
 * that what an encoder makes of it does not depend on them in any bit.
 */
function paddedLength(longest: number, modelMaxLength: number): number {
  return Math.max(longest, Math.min(Math.ceil(longest / 4) * 4, modelMaxLength));
}

/** Side by side if the samples have features, which all of a batch have or none. */
function padAll(
  features: readonly (SampleFeatures | undefined)[],
  length?: number,
): Map<string, PaddedFeature> | undefined {
  const kept = features.filter((sample) => sample !== undefined);
  return kept.length > 0 ? padFeatures(kept, { length }) : undefined;
}

/** The tensors of a batch; the caller disposes them (inside `tidy` nothing needs to be done). */
export interface BatchTensors {
  /** Absent where there are features. */
  readonly inputIds?: Tensor2D;
  readonly textFeatures?: TextFeatures;
  readonly attentionMask: Tensor2D;
  readonly pixelValues?: Tensor4D;
  readonly imageFeatures?: ImageFeatures;
  readonly imageMask?: Tensor1D;
  readonly labels: Tensor1D;
  /** 1 for samples, 0 for rows that only fill the batch; absent where there are none of those. */
  readonly sampleWeights?: Tensor1D;
}

/** Uploads a batch. `labels` must be known (>= 0) for a loss to make sense. */
export function batchTensors(batch: EncodedBatch): BatchTensors {
  const { rows } = batch;
  const count = batch.ids.length;
  const shape: [number, number] = [rows, batch.length];
  const side = batch.imageSize;
  const attentionMask = tensor2d(batch.attentionMask, shape, 'int32');
  const hasImages = batch.imageFeatures !== undefined || batch.pixelValues !== undefined;
  const imageMask = hasImages ? tensor1d(batch.imageMask, 'int32') : undefined;
  return {
    attentionMask,
    labels: tensor1d(batch.labels, 'int32'),
    ...(count < rows ? { sampleWeights: tensor1d(new Float32Array(rows).fill(1, 0, count)) } : {}),
    ...(batch.textFeatures
      ? { textFeatures: { ...valuesOf(batch.textFeatures), attentionMask } }
      : { inputIds: tensor2d(batch.inputIds, shape, 'int32') }),
    ...(batch.imageFeatures
      ? { imageFeatures: { ...valuesOf(batch.imageFeatures), imageMask }, ...(imageMask ? { imageMask } : {}) }
      : batch.pixelValues
        ? { pixelValues: tensor4d(batch.pixelValues, [rows, side, side, 3]), ...(imageMask ? { imageMask } : {}) }
        : {}),
  };
}

/** All of them, each once. */
export function tensorsOf(tensors: BatchTensors): Tensor[] {
  return tensor_util.getTensorsInContainer(tensors as object as TensorContainer); // an object of tensors and objects of them
}

/** Their masks are those of the batch. */
function valuesOf(batch: ReadonlyMap<string, PaddedFeature>): TextFeatures & ImageFeatures {
  return Object.fromEntries([...batch].map(([name, { shape, data }]) => [name, tensor(data, [...shape], 'float32')]));
}
