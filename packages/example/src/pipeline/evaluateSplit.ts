import { guardGpu } from '@crossmodal/backends';
import { createBatches, type LabelEncoder, type Sample } from '@crossmodal/dataset';
import type { MultimodalSentimentModel } from '@crossmodal/fusion-model';
import type { ImageProcessor } from '@crossmodal/image-encoder';
import type { TextTokenizer } from '@crossmodal/text-encoder';
import { maskedMean } from '@crossmodal/layers';
import type { CapturedFunction, NamedResults } from '@crossmodal/training';
import {
  argMax,
  dispose,
  mean,
  softmax,
  tidy,
  type Tensor,
  type Tensor2D,
  type Tensor3D,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import { encodeBatches } from '../encoders/encodeSides.js';
import type { RunEncoders } from '../encoders/RunEncoders.js';
import type { RunFeatures } from '../features/RunFeatures.js';
import type { BatchShapes } from './BatchShapes.js';
import {
  batchTensors,
  type BatchTensors,
  collateSamples,
  type EncodedBatch,
  type EncodedSample,
  tensorsOf,
} from './EncodedBatch.js';
import type { ImageStore } from './ImageStore.js';

/** Everything needed to turn samples into batches for one model. */
export interface BatchSource {
  readonly tokenizer: TextTokenizer;
  /** Absent for a text-only model. */
  readonly processor: ImageProcessor | undefined;
  readonly images: ImageStore;
  readonly labels: LabelEncoder;
  readonly maxLength: number;
  readonly batchSize: number;
  /** What frozen encoders made of the samples; default: every side is encoded. */
  readonly features?: RunFeatures | undefined;
  /** Those that ONNX Runtime runs; default: none. */
  readonly encoders?: RunEncoders | undefined;
  /** What batches are padded to; default: as little as possible. */
  readonly shapes?: BatchShapes | undefined;
}

/** What the model said about one sample. */
export interface Prediction {
  readonly id: string;
  /** Index of the true label, -1 where it is unknown. */
  readonly label: number;
  readonly prediction: number;
  readonly probabilities: readonly number[];
  /** Patch with the most attention, mean over words and heads, row-major; absent without cross-attention on patches. */
  readonly peakPatch: number | undefined;
}

/** Caches token ids per text: tokenization happens once, not once per epoch. */
export class TokenCache {
  private readonly ids = new Map<string, readonly number[]>();

  constructor(
    private readonly tokenizer: TextTokenizer,
    private readonly maxLength: number,
  ) {}

  encode(text: string): readonly number[] {
    let ids = this.ids.get(text);
    if (!ids) {
      ids = this.tokenizer.encode(text, { maxLength: this.maxLength, truncation: 'longest_first' }).inputIds;
      this.ids.set(text, ids);
    }
    return ids;
  }
}

/** Batches of a list of samples; shuffled and bucketed by length as a pure function of (seed, epoch). */
export function sampleBatches(
  source: BatchSource,
  tokens: TokenCache,
  samples: readonly Sample[],
  order: { readonly shuffle: boolean; readonly seed: number; readonly epoch: number },
): AsyncIterable<EncodedBatch> {
  const batches = createBatches<EncodedSample, EncodedBatch>({
    samples,
    ...order,
    batchSize: source.batchSize,
    lengthOf: (sample) => tokens.encode(sample.text).length,
    load: async (sample) => ({
      sample,
      inputIds: tokens.encode(sample.text),
      image: source.processor && !source.features?.image ? await source.images.load(sample) : undefined,
      textFeatures: await source.features?.text?.(sample),
      imageFeatures: await source.features?.image?.(sample),
      label: sample.label === null ? -1 : source.labels.encode(sample.label),
    }),
    collate: (items) => collateSamples(items, source.tokenizer, source.processor, source.shapes),
  });
  return source.encoders ? encodeBatches(batches, source.encoders) : batches;
}

/** What {@link predictSamples} may be given. */
export interface PredictOptions {
  /** Hears how many samples are done. */
  readonly onProgress?: ((done: number) => void) | undefined;
  /** Of the model's parameters, for shapes that come again and again; default: none, each batch is computed kernel by kernel. */
  readonly forward?: CapturedFunction | undefined;
}

/**
 * Predicts a list of samples without gradients, in the order of the list.
 *
 * @throws GpuDeviceLostError, GpuOperationError when the GPU failed meanwhile
 */
export async function predictSamples(
  model: MultimodalSentimentModel,
  source: BatchSource,
  tokens: TokenCache,
  samples: readonly Sample[],
  options: PredictOptions = {},
): Promise<readonly Prediction[]> {
  model.eval();
  const byId = await guardGpu(() => predictBatches(model, source, tokens, samples, options));
  return samples.flatMap((sample) => byId.get(sample.id) ?? []);
}

async function predictBatches(
  model: MultimodalSentimentModel,
  source: BatchSource,
  tokens: TokenCache,
  samples: readonly Sample[],
  { onProgress, forward }: PredictOptions,
): Promise<ReadonlyMap<string, Prediction>> {
  const byId = new Map<string, Prediction>();
  // Texts of like length side by side need little padding; the longest first, so that what does not fit into memory fails at once.
  const lengthOf = ({ text }: Sample): number => tokens.encode(text).length;
  const byLength = [...samples].sort((a, b) => lengthOf(b) - lengthOf(a));
  for await (const batch of sampleBatches(source, tokens, byLength, { shuffle: false, seed: 0, epoch: 0 })) {
    const inputs = batchTensors(batch);
    const tensors = tensorsOf(inputs);
    const compute = (): NamedResults => computeAnswers(model, inputs);
    const answers = forward ? forward.call(compute, { tensors }) : compute();
    dispose(tensors);
    const [probabilities, peaks] = [answers.get('probabilities'), answers.get('peaks')];
    const [values, peakValues] = await Promise.all([probabilities?.data() ?? new Float32Array(), peaks?.data()]);
    dispose([...answers.values()]);
    const numLabels = values.length / batch.rows;
    batch.ids.forEach((id, row) => {
      const own = Array.from(values.subarray(row * numLabels, (row + 1) * numLabels));
      const prediction = own.indexOf(Math.max(...own));
      byId.set(id, {
        id,
        label: batch.labels[row] ?? -1,
        prediction,
        probabilities: own,
        peakPatch: peakValues?.[row],
      });
    });
    onProgress?.(byId.size);
  }
  return byId;
}

/** `probabilities`: `[B, labels]`; `peaks`, if there are any: `[B]` int32. */
function computeAnswers(model: MultimodalSentimentModel, inputs: BatchTensors): NamedResults {
  const answers = tidy(() => {
    const { logits, crossAttentions } = model.call(inputs);
    const peaks = peakPatches(crossAttentions, inputs.attentionMask);
    return { probabilities: softmax(logits), ...(peaks ? { peaks } : {}) };
  });
  return new Map(Object.entries(answers));
}

/** Index of the patch that receives most attention, mean over heads and real words: `[B]` int32. */
function peakPatches(crossAttentions: Tensor4D | undefined, attentionMask: Tensor2D): Tensor | undefined {
  if (crossAttentions === undefined || crossAttentions.shape[3] < 2) return undefined;
  const perToken = mean<Tensor3D>(crossAttentions, 1); // [B, T, P]
  return argMax(maskedMean(perToken, attentionMask), -1);
}
