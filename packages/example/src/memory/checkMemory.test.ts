import { measurePeakBytes, useBackend } from '@crossmodal/testing';
import { computeGradients, crossEntropy } from '@crossmodal/training';
import { enableGradientCheckpointing } from '@crossmodal/layers';
import { MultimodalSentimentModel } from '@crossmodal/fusion-model';
import { ClipVisionEncoder } from '@crossmodal/image-encoder';
import { BertEncoder } from '@crossmodal/text-encoder';
import { dispose, ones, type Rank, tensor1d } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { checkMemory, describeMemory, stepSizes } from './checkMemory.js';
import { estimateMemory, type StepSizes } from './estimateMemory.js';
import { memoryLimit } from './memoryLimit.js';

const settings = {
  batchSize: 4,
  gradientAccumulationSteps: 1,
  gradientCheckpointing: false,
  cacheFeatures: true,
  checkMemory: true,
};
const base = { layers: 3, width: 16, inside: 32, heads: 2, length: 16, dropout: 0.1, frozen: false };
const shapes = [
  ['as it is', base],
  ['longer texts and many heads', { ...base, length: 48, heads: 8 }],
  ['wider inside, without dropout', { ...base, inside: 128, dropout: 0 }],
  ['more weights than activations', { ...base, width: 64, length: 4 }],
  ['a frozen text encoder that runs', { ...base, frozen: true }],
] as const;

it.each(shapes)('estimates within 1.5 times what a step takes: %s', async (_, shape) => {
  await useBackend('cpu');
  const sizes = {
    hiddenSize: shape.width,
    intermediateSize: shape.inside,
    numAttentionHeads: shape.heads,
    numHiddenLayers: shape.layers,
  };
  const rates = { hiddenDropoutProb: shape.dropout, attentionProbsDropoutProb: shape.dropout };
  const model = new MultimodalSentimentModel({
    config: { id2label: { 0: 'bad', 1: 'good' }, hiddenSize: 16, numAttentionHeads: 2 },
    textEncoder: new BertEncoder({ ...sizes, ...rates, vocabSize: 50, maxPositionEmbeddings: 64 }),
    imageEncoder: new ClipVisionEncoder({ ...sizes, imageSize: 24, patchSize: 8, attentionDropout: shape.dropout, projectionDim: 16 }),
  }).train(); // prettier-ignore
  if (shape.frozen) model.freeze(/^textEncoder/);
  const parameters = model.namedParameters();
  const weights = [...parameters.values()].reduce((bytes, { size }) => bytes + 4 * size, 0);
  for (const gradientCheckpointing of [false, true]) {
    enableGradientCheckpointing(model, gradientCheckpointing);
    const measured = measurePeakBytes(() => {
      const inputIds = ones<Rank.R2>([4, shape.length], 'int32');
      const pixelValues = ones<Rank.R4>([4, 24, 24, 3]);
      const labels = tensor1d([0, 1, 0, 1], 'int32');
      const { loss, gradients } = computeGradients(
        () => crossEntropy(model.call({ inputIds, attentionMask: inputIds, pixelValues }, { seed: 1 }).logits, labels),
        parameters,
      );
      dispose([loss, ...gradients.values(), inputIds, pixelValues, labels]);
    });
    const own = { ...settings, gradientCheckpointing, cacheFeatures: false };
    const estimate = estimateMemory(stepSizes(model, own, { length: shape.length, imageSize: 24 }));
    const ratio = (estimate.total - estimate.moments) / (measured + weights);
    expect(ratio).toBeGreaterThan(1 / 1.5);
    expect(ratio).toBeLessThan(1.5);
  }
  model.dispose();
});

const bert: StepSizes = {
  values: 110e6,
  trainedValues: 110e6,
  gradientAccumulationSteps: 1,
  rows: 32,
  pixelsPerRow: 0,
  stacks: [{ blocks: 12, positions: 128, hiddenSize: 768, intermediateSize: 3072, numAttentionHeads: 12, hasDropout: true, gradientCheckpointing: false }],
}; // prettier-ignore

it('refuses what cannot fit, and says what to do', () => {
  const limit = memoryLimit('wasm', 64 * 2 ** 30);
  expect(() => checkMemory(bert, settings, limit)).toThrow(
    /^memory: a step must fit into 4,096 MB, got estimated memory of a step: [\d,.]+ MB \(weights 419.6, gradients 419.6, moments 839.2, activations [\d,.]+, pixels 0\); the heap of WebAssembly has 4,096 MB. Try --gradient-checkpointing, .*another --backend; --no-check-memory runs it nevertheless\.$/,
  );
  expect(() => checkMemory(bert, { ...settings, checkMemory: false }, limit)).not.toThrow();
  const total = estimateMemory(bert).total;
  expect(() => checkMemory(bert, settings, { bytes: total / 1.3, of: 'this machine' })).not.toThrow();
  expect(() => checkMemory(bert, settings, { bytes: total / 2.1, of: 'this machine' })).toThrow('got estimated memory');
  expect(() => checkMemory({ ...bert, rows: 1 }, settings, limit)).not.toThrow();
  expect(() => checkMemory(bert, settings, undefined)).not.toThrow();
});

it('sums the gradients of accumulated batches beside those of one', () => {
  const one = estimateMemory(bert);
  const many = estimateMemory({ ...bert, gradientAccumulationSteps: 4 });
  expect(many.total - one.total).toBe(4 * bert.trainedValues);
});

it('knows the limits of backends', () => {
  expect(memoryLimit('onnxruntime', 2 ** 34)).toEqual({ bytes: 2 ** 34, of: 'this machine' });
  expect(memoryLimit('wasm', 2 ** 31)).toEqual({ bytes: 2 ** 31, of: 'this machine' });
  expect(memoryLimit('webgpu')).toBeUndefined();
  expect(memoryLimit('cpu')?.bytes).toBeGreaterThan(2 ** 26);
  expect(describeMemory(estimateMemory(bert), undefined)).toContain('how much the GPU has is not known');
});
