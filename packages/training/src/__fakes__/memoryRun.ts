/** Run as a process of its own, with --expose-gc: trains on wasm and prints what memory it holds after each epoch. */
import { readParameters, uniformAt } from '@crossmodal/layers';
import { useBackend } from '@crossmodal/testing';
import { serializeSafetensors, writeFolder } from '@crossmodal/weights';
import { memory, tensor1d, tensor2d, tidy, type Scalar, type Tensor2D } from '@tensorflow/tfjs-core';
import { crossEntropy } from '../losses/crossEntropy.js';
import { trainModel } from '../loop/trainModel.js';
import { AdamW } from '../optimizers/AdamW.js';
import { TinyFusion } from './TinyFusion.js';

/** What is printed, as JSON: one entry per epoch. */
export interface MemoryReport {
  readonly tensors: number[];
  readonly rssBytes: number[];
}

const [directory = '', epochsText = '10'] = process.argv.slice(2);
const [epochs, stepsPerEpoch, batchSize] = [Number(epochsText), 50, 4];
await useBackend('wasm');
const model = new TinyFusion();
const report: MemoryReport = { tensors: [], rssBytes: [] };

function integersAt(stream: number, size: number, limit: number): number[] {
  return Array.from({ length: size }, (_, i) => Math.floor(uniformAt(stream, i) * limit));
}

function loss(batch: number, context?: { readonly seed: number }): Scalar {
  const inputIds = tensor2d(integersAt(batch, batchSize * 6, 50), [batchSize, 6], 'int32');
  const image: Tensor2D = tensor2d(integersAt(batch + 1e6, batchSize * 12, 9), [batchSize, 12], 'float32');
  const labels = tensor1d(integersAt(batch + 2e6, batchSize, 2), 'int32');
  return crossEntropy(model.call(inputIds, image, context), labels);
}

await trainModel<number>({
  model,
  optimizer: new AdamW(model.namedParameters(), { learningRate: 1e-3 }),
  epochs,
  stepsPerEpoch,
  seed: 1,
  maxGradNorm: 1,
  trainBatches: (epoch) => Array.from({ length: stepsPerEpoch }, (_, i) => epoch * stepsPerEpoch + i),
  batchSize: () => batchSize,
  sampleIds: (batch) => [String(batch)],
  computeLoss: loss,
  evaluate: async () => {
    const value = tidy(() => loss(7));
    const [logLoss = NaN] = await value.data();
    value.dispose();
    return { logLoss };
  },
  earlyStopping: { metric: 'logLoss', mode: 'min' },
  checkpoint: {
    directory,
    save: async (path) => {
      await writeFolder(path, new Map([['model.safetensors', serializeSafetensors(await readParameters(model))]]));
    },
  },
  onEvent: ({ type }) => {
    if (type !== 'checkpoint') return;
    globalThis.gc?.();
    report.tensors.push(memory().numTensors);
    report.rssBytes.push(process.memoryUsage.rss());
  },
});
process.stdout.write(JSON.stringify(report));
