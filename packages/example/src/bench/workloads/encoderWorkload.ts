import { MultimodalSentimentModel } from '@crossmodal/fusion-model';
import { ClipVisionEncoder } from '@crossmodal/image-encoder';
import { uniformAt } from '@crossmodal/layers';
import { BertEncoder } from '@crossmodal/text-encoder';
import type { OnnxRuntime } from '@crossmodal/tfjs-backend-onnxruntime/runtime';
import { dispose } from '@tensorflow/tfjs-core';
import { OnnxEncoder, type OnnxEncoderOptions } from '../../encoders/OnnxEncoder.js';
import { runEncoder } from '../../features/encodeItems.js';
import type { EncodedBatch } from '../../pipeline/EncodedBatch.js';
import type { EncoderWork } from '../BenchWork.js';
import { repeat, type Workload } from './Workload.js';

/** Who runs the encoder: the kernels of the backend that runs, or ONNX Runtime as one graph. */
export type EncoderEngine = 'kernels' | OnnxRuntime;

/**
 * Runs an encoder as `crossmodal train` runs a frozen one: from a batch in memory to the features in memory. A graph is written before that.
 *
 * @param options - of ONNX Runtime
 */
export async function encoderWorkload(
  work: EncoderWork,
  engine: EncoderEngine,
  device: string,
  options: OnnxEncoderOptions = {},
): Promise<Workload> {
  const model = modelAround(work).eval();
  const side = work.name === 'text-encoder' ? 'text' : 'image';
  const batch = batchOf(work);
  const onnx = engine === 'kernels' ? undefined : new OnnxEncoder(side, model, engine, options);
  const encode = onnx ? () => onnx.encode(batch) : () => readFeatures(model, side, batch);
  if (onnx) await encode(); // the first batch makes it write the graph
  const { batchSize } = work;
  return {
    ready:
      work.name === 'text-encoder'
        ? {
            device,
            work: `${batchSize} ${batchSize === 1 ? 'text' : 'texts'} of ${work.length} tokens`,
            rates: { 'texts/s': batchSize, 'tokens/s': batchSize * work.length },
          }
        : {
            device,
            work: `${batchSize} ${batchSize === 1 ? 'image' : 'images'} of ${work.config.imageSize} x ${work.config.imageSize}`,
            rates: { 'images/s': batchSize },
          },
    measure: (atLeastMs) => repeat(encode, atLeastMs),
  };
}

/** The fusion wants two encoders; the one that is not measured is as small as can be. */
function modelAround(work: EncoderWork): MultimodalSentimentModel {
  const smallest = { hiddenSize: 4, intermediateSize: 4, numHiddenLayers: 1, numAttentionHeads: 1 };
  return new MultimodalSentimentModel({
    config: { id2label: { 0: 'negative', 1: 'positive' }, hiddenSize: 4, numAttentionHeads: 1 },
    textEncoder: new BertEncoder(work.name === 'text-encoder' ? work.config : { ...smallest, vocabSize: 4 }),
    imageEncoder: new ClipVisionEncoder(
      work.name === 'image-encoder' ? work.config : { ...smallest, imageSize: 4, patchSize: 4, projectionDim: 4 },
    ),
  });
}

async function readFeatures(
  model: MultimodalSentimentModel,
  side: 'text' | 'image',
  batch: EncodedBatch,
): Promise<void> {
  const tensors = Object.values(runEncoder(side, model, batch, model.config.fusionStrategy));
  await Promise.all(tensors.map((tensor) => tensor.data()));
  dispose(tensors);
}

/** Random token ids without padding, or random pixels. */
function batchOf(work: EncoderWork): EncodedBatch {
  const rows = work.batchSize;
  const [length, imageSize] = work.name === 'text-encoder' ? [work.length, 0] : [0, work.config.imageSize];
  const vocabSize = work.name === 'text-encoder' ? work.config.vocabSize : 1;
  return {
    ids: Array.from({ length: rows }, (_, row) => String(row)),
    rows,
    length,
    inputIds: Int32Array.from({ length: rows * length }, (_, i) => Math.floor(uniformAt(1, i) * vocabSize)),
    attentionMask: new Int32Array(rows * length).fill(1),
    imageSize,
    pixelValues:
      imageSize > 0
        ? Float32Array.from({ length: rows * imageSize ** 2 * 3 }, (_, i) => uniformAt(2, i) - 0.5)
        : undefined,
    imageMask: new Int32Array(rows).fill(1),
    textFeatures: undefined,
    imageFeatures: undefined,
    labels: new Int32Array(rows),
  };
}
