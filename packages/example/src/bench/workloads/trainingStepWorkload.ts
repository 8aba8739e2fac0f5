import type { MultimodalSentimentModel } from '@crossmodal/fusion-model';
import { AdamW, crossEntropy, trainModel } from '@crossmodal/training';
import { resolveConfig } from '../../config/resolveConfig.js';
import type { TrainConfig, TrainConfigInput } from '../../config/TrainConfig.js';
import { batchShapes } from '../../pipeline/BatchShapes.js';
import { buildImageProcessor, buildModel } from '../../pipeline/buildModel.js';
import { buildTokenizer } from '../../pipeline/buildTokenizer.js';
import { batchTensors, type BatchTensors, type EncodedBatch } from '../../pipeline/EncodedBatch.js';
import { sampleBatches } from '../../pipeline/sampleBatches.js';
import { TokenCache } from '../../pipeline/TokenCache.js';
import { prepareData } from '../../pipeline/prepareData.js';
import { repeat, type Workload } from './Workload.js';

/** Trains the model of `crossmodal train` with these settings in the same loop, always on the same batch. */
export async function trainingStepWorkload(settings: TrainConfigInput, device: string): Promise<Workload> {
  const { config } = resolveConfig([{ source: 'argument', values: settings }]);
  const { model, batch } = await prepare(config);
  const step = steps(model, batch, config);
  const { rows, length, imageSize } = batch;
  return {
    ready: {
      device,
      work: `${rows} rows of ${length} tokens and ${imageSize} x ${imageSize} pixels`,
      rates: { 'samples/s': rows },
    },
    measure: (atLeastMs) => repeat(step, atLeastMs),
  };
}

async function prepare(config: TrainConfig): Promise<{ model: MultimodalSentimentModel; batch: EncodedBatch }> {
  const processor = buildImageProcessor(config);
  const { splits, labels, images } = await prepareData(config, processor, () => undefined);
  const { maxLength, batchSize, lengthBuckets } = config;
  const texts = splits.train.map(({ text }) => text);
  const tokenizer = buildTokenizer(texts, config);
  const tokens = new TokenCache(tokenizer, maxLength);
  const sizes = { batchSize, maxLength, lengthBuckets };
  const lengths = texts.map((text) => tokens.encode(text).length);
  const source = { ...sizes, tokenizer, processor, images, labels, shapes: batchShapes({ ...sizes, lengths }) };
  const order = { shuffle: false, seed: config.seed, epoch: 0 };
  for await (const batch of sampleBatches(source, tokens, splits.train.slice(0, batchSize), order)) {
    return { model: buildModel(config, { tokenizer, id2label: labels.id2label }), batch };
  }
  throw new RangeError('trainingStepWorkload: the training split must hold at least one row, got none.');
}

/**
 * Runs the loop of training and stops it between two steps.
 *
 * @returns takes one step; rejects with what ended the loop
 */
function steps(model: MultimodalSentimentModel, batch: EncodedBatch, config: TrainConfig): () => Promise<void> {
  let start: () => void = () => undefined;
  let end: () => void = () => undefined;
  let started = new Promise<void>((resolve) => (start = resolve));
  async function* batches(): AsyncGenerator<EncodedBatch, undefined> {
    for (;;) {
      await started;
      started = new Promise((resolve) => (start = resolve));
      yield batch;
      end(); // the loop asks for more when its step is over
    }
  }
  const optimizer = new AdamW(model.namedParameters(), {
    learningRate: config.learningRate,
    weightDecay: config.weightDecay,
  });
  const loop = trainModel<EncodedBatch, BatchTensors>({
    model,
    optimizer,
    epochs: 1,
    stepsPerEpoch: Number.MAX_SAFE_INTEGER,
    seed: config.seed,
    maxGradNorm: config.maxGradNorm,
    trainBatches: batches,
    batchSize: ({ ids }) => ids.length,
    sampleIds: ({ ids }) => ids,
    batchTensors,
    computeLoss: (_, { seed, tensors: { labels, sampleWeights, ...inputs } }) =>
      crossEntropy(model.call(inputs, { seed }).logits, labels, { sampleWeights }),
  });
  return async () => {
    const ended = new Promise<void>((resolve) => (end = resolve));
    start();
    await Promise.race([ended, loop]);
  };
}
