import type { Sample } from '@crossmodal/dataset';
import type { MultimodalSentimentModel } from '@crossmodal/fusion-model';
import { computeGradients, crossEntropy } from '@crossmodal/training';
import { memory } from '@tensorflow/tfjs-core';
import type { TrainConfig } from '../config/TrainConfig.js';
import { formatDuration } from '../terminal/formatDuration.js';
import { batchTensors } from './EncodedBatch.js';
import { sampleBatches, type BatchSource } from './sampleBatches.js';
import type { TokenCache } from './TokenCache.js';

/** Copies of the weights while training: themselves, the gradients and AdamW's two moments. */
const COPIES = 4;
const BYTES_PER_VALUE = 4;

/** Tries one step on the longest batch and says what the run would cost. Nothing is learned and nothing kept. */
export async function dryRun(
  model: MultimodalSentimentModel,
  source: BatchSource,
  tokens: TokenCache,
  samples: readonly Sample[],
  config: TrainConfig,
): Promise<string> {
  const longest = [...samples].sort((a, b) => tokens.encode(b.text).length - tokens.encode(a.text).length);
  const parameters = model.namedParameters();
  const values = [...parameters.values()].reduce((sum, variable) => sum + variable.size, 0);
  model.train();
  for await (const batch of sampleBatches(source, tokens, longest.slice(0, config.batchSize), {
    shuffle: false,
    seed: config.seed,
    epoch: 0,
  })) {
    const startedAt = performance.now();
    const { loss, gradients } = computeGradients(() => {
      const { labels, sampleWeights, ...inputs } = batchTensors(batch);
      return crossEntropy(model.call(inputs, { seed: config.seed }).logits, labels, { sampleWeights });
    }, parameters);
    const [lossValue = NaN] = await loss.data();
    const stepMs = performance.now() - startedAt;
    loss.dispose();
    for (const gradient of gradients.values()) gradient.dispose();
    const steps = Math.ceil(samples.length / config.batchSize) * config.epochs;
    const heldBytes = memory().numBytes;
    return [
      `dry run: one step of ${batch.ids.length} rows x ${batch.length} tokens took ${formatDuration(stepMs)}, loss ${lossValue.toFixed(4)}`,
      `weights, gradients and optimizer: ${megabytes(values * BYTES_PER_VALUE * COPIES)} MB; tensors held now: ${megabytes(heldBytes)} MB`,
      `the run would take ${steps} steps, at most about ${formatDuration(stepMs * steps)} of training`,
    ].join('\n');
  }
  return 'dry run: no rows';
}

function megabytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(1);
}
