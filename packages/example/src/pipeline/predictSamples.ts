import { guardGpu } from '@crossmodal/backends';
import type { Sample } from '@crossmodal/dataset';
import type { MultimodalSentimentModel } from '@crossmodal/fusion-model';
import { maskedMean } from '@crossmodal/layers';
import type { CapturedFunction, NamedResults } from '@crossmodal/training';
import {
  argMax,
  dispose,
  getBackend,
  mean,
  softmax,
  tidy,
  type Tensor,
  type Tensor2D,
  type Tensor3D,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import { passRows } from '../encoders/passRows.js';
import { encoderStacks } from '../memory/encoderStacks.js';
import { divideBatch } from './divideBatch.js';
import { batchTensors, type BatchTensors, type EncodedBatch, tensorsOf } from './EncodedBatch.js';
import { freePixelsAfterUse } from './freePixelsAfterUse.js';
import { type BatchSource, sampleBatches } from './sampleBatches.js';
import type { TokenCache } from './TokenCache.js';

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
  const batches = sampleBatches(source, tokens, byLength, { shuffle: false, seed: 0, epoch: 0 });
  for await (const batch of freePixelsAfterUse(batches)) {
    for (const part of passesOf(batch, model)) {
      const { values, peaks } = await answersOf(model, part, forward);
      const numLabels = values.length / part.rows;
      part.ids.forEach((id, row) => {
        const own = Array.from(values.subarray(row * numLabels, (row + 1) * numLabels));
        const prediction = own.indexOf(Math.max(...own));
        byId.set(id, {
          id,
          label: part.labels[row] ?? -1,
          prediction,
          probabilities: own,
          peakPatch: peaks?.[row],
        });
      });
      onProgress?.(byId.size);
    }
  }
  return byId;
}

/** ONNX Runtime computes few rows at a time where rows are large; other backends take a batch as it is. */
function passesOf(batch: EncodedBatch, model: MultimodalSentimentModel): readonly EncodedBatch[] {
  if (getBackend() !== 'onnxruntime') return [batch];
  const { text, image } = encoderStacks(model, batch.length);
  const running = [batch.textFeatures ? undefined : text, batch.pixelValues ? image : undefined];
  return divideBatch(batch, passRows(batch.rows, running)).filter(({ ids }) => ids.length > 0);
}

/** Probabilities of all rows, one after the other, and their peaks. */
async function answersOf(model: MultimodalSentimentModel, batch: EncodedBatch, forward: CapturedFunction | undefined) {
  const inputs = batchTensors(batch);
  const tensors = tensorsOf(inputs);
  const compute = (): NamedResults => computeAnswers(model, inputs);
  const answers = forward ? forward.call(compute, { tensors }) : compute();
  dispose(tensors);
  const [probabilities, peaks] = [answers.get('probabilities'), answers.get('peaks')];
  const [values, peakValues] = await Promise.all([probabilities?.data() ?? new Float32Array(), peaks?.data()]);
  dispose([...answers.values()]);
  return { values, peaks: peakValues };
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
