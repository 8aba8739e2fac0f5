import { guardGpu } from '@crossmodal/backends';
import { decodeImage, type Sample } from '@crossmodal/dataset';
import type { Encoding } from '@crossmodal/text-encoder';
import type { CropRectangle, RgbImage } from '@crossmodal/viz';
import { softmax, tidy } from '@tensorflow/tfjs-core';
import { encodeSides } from '../encoders/encodeSides.js';
import { usesText } from './buildModel.js';
import { batchTensors, collateSamples } from './EncodedBatch.js';
import type { BatchSource } from './sampleBatches.js';
import type { TokenCache } from './TokenCache.js';
import type { LoadedModel } from './loadRun.js';

/** A word of the text and where in the picture it looks. */
export interface ExplainedWord {
  /** As it stands in the text. */
  readonly text: string;
  /** The largest entry of `attention`: how sharply the word looks; between 1/P and 1 without a null key. */
  readonly weight: number;
  /** On each patch, rows from top to bottom; mean over the word's tokens and over heads. */
  readonly attention: readonly (readonly number[])[];
  /** Whether a space stands before it. */
  readonly spaceBefore: boolean;
}

/** What a model made of one sample. */
export interface ExplainedSample {
  readonly id: string;
  /** As it was written. */
  readonly text: string;
  /** As the tokenizer reads its own tokens back: cut to the model's length, lowercase where the model is. */
  readonly decodedText: string;
  /** `undefined` when nobody knows. */
  readonly trueLabel: string | undefined;
  readonly predictedLabel: string;
  /** Of the predicted label, 0 to 1. */
  readonly probability: number;
  readonly logits: readonly number[];
  /** The words that the model read; empty without attention over patches. */
  readonly words: readonly ExplainedWord[];
  /** The original picture, EXIF orientation applied; `undefined` for a text-only model or a missing image. */
  readonly image: RgbImage | undefined;
  /**
   * On each patch, rows from top to bottom; mean over words and heads: what the classifier receives. Sums to 1, less the null key's share. `undefined` where the
   * model has no attention over patches, or the sample no image.
   */
  readonly attention: readonly (readonly number[])[] | undefined;
  /** Weight on no patch at all; `undefined` without a null key. */
  readonly nullWeight: number | undefined;
  /** The part of the picture the model saw, in original pixels. */
  readonly crop: CropRectangle | undefined;
}

/**
 * Runs samples one by one and tells what the model made of each. The model is in evaluation mode afterwards.
 *
 * One at a time, because an original picture may take more memory than the model.
 *
 * @throws ImageError when an image cannot be read and the policy of `source.images` is not `blank`
 */
export async function* explainSamples(
  loaded: LoadedModel,
  source: BatchSource,
  tokens: TokenCache,
  samples: readonly Sample[],
): AsyncGenerator<ExplainedSample, undefined> {
  loaded.model.eval();
  for (const sample of samples) yield await guardGpu(() => explainSample(loaded, source, tokens, sample));
}

async function explainSample(
  loaded: LoadedModel,
  source: BatchSource,
  tokens: TokenCache,
  sample: Sample,
): Promise<ExplainedSample> {
  const { model, tokenizer, processor, labels } = loaded;
  const encoding = tokenizer.encode(sample.text, { maxLength: loaded.maxLength, truncation: 'longest_first' });
  const stored = processor ? await source.images.load(sample) : undefined;
  const item = { sample, inputIds: tokens.encode(sample.text), image: stored, label: -1 };
  const shapes = source.shapes && { ...source.shapes, rows: [1] }; // alone, so that no work is done for rows that only fill a batch
  const batch = await encodeSides(collateSamples([item], tokenizer, processor, shapes), source.encoders);
  const output = tidy(() => {
    const { logits, crossAttentions, nullAttention } = model.call(batchTensors(batch));
    return { logits, probabilities: softmax(logits), crossAttentions, nullAttention };
  });
  const logits = Array.from(await output.logits.data());
  const probabilities = Array.from(await output.probabilities.data());
  // Without the tokens that only fill the row.
  const real = <T>(tokensOfHead: readonly T[]): T[] => tokensOfHead.slice(0, item.inputIds.length);
  const heads = (await output.crossAttentions?.array())?.[0]?.map(real);
  const nullWeights = (await output.nullAttention?.array())?.[0]?.flatMap(real);
  for (const tensor of Object.values(output)) tensor?.dispose();

  const prediction = probabilities.indexOf(Math.max(...probabilities));
  const isSeen = stored?.present === true;
  const perToken = heads && isSeen && (heads[0]?.[0]?.length ?? 0) > 1 ? mean(heads) : undefined; // [T, P]
  const image = isSeen && sample.images[0] !== undefined ? await decodeImage(sample.images[0]) : undefined;
  return {
    id: sample.id,
    text: sample.text,
    decodedText: usesText(model.config.fusionStrategy)
      ? tokenizer.decode(encoding.inputIds, { skipSpecialTokens: true })
      : sample.text,
    trueLabel: sample.label ?? undefined,
    predictedLabel: labels.labels[prediction] ?? '',
    probability: probabilities[prediction] ?? NaN,
    logits,
    words: perToken ? explainWords(sample.text, encoding, perToken) : [],
    image,
    attention: perToken && toGrid(meanRow(perToken)),
    nullWeight: perToken && nullWeights && average(nullWeights),
    crop: image && processor?.geometry(image.width, image.height).crop,
  };
}

function explainWords(
  text: string,
  { wordIds, offsets }: Encoding,
  perToken: readonly (readonly number[])[],
): ExplainedWord[] {
  const words = new Map<number, { start: number; end: number; rows: (readonly number[])[] }>();
  wordIds.forEach((word, token) => {
    const [start, end] = offsets[token] ?? [0, 0];
    const row = perToken[token];
    if (word === null || row === undefined) return;
    const known = words.get(word) ?? { start, end, rows: [] };
    words.set(word, { start: known.start, end: Math.max(known.end, end), rows: [...known.rows, row] });
  });
  let previousEnd = 0;
  return [...words.values()].map(({ start, end, rows }) => {
    const weights = meanRow(rows);
    const spaceBefore = /\s/.test(text.slice(previousEnd, start));
    previousEnd = end;
    return { text: text.slice(start, end), weight: Math.max(...weights), attention: toGrid(weights), spaceBefore };
  });
}

/** Mean over the first axis: heads. */
function mean(heads: readonly (readonly (readonly number[])[])[]): number[][] {
  return (heads[0] ?? []).map((_, token) => meanRow(heads.map((head) => head[token] ?? [])));
}

function meanRow(rows: readonly (readonly number[])[]): number[] {
  return (rows[0] ?? []).map((_, column) => average(rows.map((row) => row[column] ?? 0)));
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Patches are row-major on a square grid. */
function toGrid(patches: readonly number[]): number[][] {
  const side = Math.round(Math.sqrt(patches.length));
  return Array.from({ length: side }, (_, row) => patches.slice(row * side, (row + 1) * side));
}
