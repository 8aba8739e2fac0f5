import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBackend } from '@crossmodal/backends';
import { MultimodalSentimentModel } from '@crossmodal/fusion-model';
import { ClipVisionEncoder } from '@crossmodal/image-encoder';
import { uniformAt } from '@crossmodal/layers';
import { BertEncoder } from '@crossmodal/text-encoder';
import {
  AdamW,
  buildFeatures,
  computeGradients,
  crossEntropy,
  FeatureCache,
  featureTensors,
  padFeatures,
} from '@crossmodal/training';
import { dispose, tensor1d } from '@tensorflow/tfjs-core';

/** The sizes of BERT-base and CLIP ViT-B/32; the encoders themselves are small, because they are not run. */
const [hiddenSize, patches, batchSize, rounds] = [768, 49, 16, 3];
const samples = Number(process.argv[2] ?? 160);
await startBackend('wasm');
const sizes = { hiddenSize, numHiddenLayers: 1, numAttentionHeads: 12, intermediateSize: 64 };
const model = new MultimodalSentimentModel({
  config: { id2label: { 0: 'bad', 1: 'good' }, hiddenSize: 256, numAttentionHeads: 4 },
  textEncoder: new BertEncoder({ ...sizes, vocabSize: 30, maxPositionEmbeddings: 128 }),
  imageEncoder: new ClipVisionEncoder({ ...sizes, imageSize: 32, patchSize: 16, projectionDim: 512 }),
}).freeze(/Encoder\./);
model.train();
const parameters = model.namedParameters();
const optimizer = new AdamW(parameters, { learningRate: 1e-4 });
const directory = mkdtempSync(join(tmpdir(), 'crossmodal-bench-features-'));

/** Texts of 16 to 128 tokens, and images. */
function featuresOf(id) {
  const values = (length, stream) => Float32Array.from({ length }, (_, i) => uniformAt(stream, i) - 0.5);
  const length = 16 + Math.floor(uniformAt(1, id) * 113);
  return {
    lastHiddenState: { shape: [length, hiddenSize], data: values(length * hiddenSize, 3 * id + 7) },
    poolerOutput: { shape: [hiddenSize], data: values(hiddenSize, 3 * id + 8) },
    patchStates: { shape: [patches, hiddenSize], data: values(patches * hiddenSize, 3 * id + 9) },
  };
}

/** One epoch in an order of its own; `load` gives the features of a batch. */
async function epoch(number, load) {
  const ids = Array.from({ length: samples }, (_, i) => i);
  const order = ids.sort((a, b) => uniformAt(100 + number, a) - uniformAt(100 + number, b));
  const startedMs = performance.now();
  let loadingMs = 0;
  for (let start = 0; start < samples; start += batchSize) {
    const batch = order.slice(start, start + batchSize);
    const loadingSinceMs = performance.now();
    const features = await load(batch);
    loadingMs += performance.now() - loadingSinceMs;
    const { loss, gradients } = computeGradients(() => {
      const tensors = featureTensors(features);
      const { values: lastHiddenState, mask: attentionMask } = tensors.get('lastHiddenState');
      const { logits } = model.call(
        {
          textFeatures: { lastHiddenState, attentionMask, poolerOutput: tensors.get('poolerOutput').values },
          imageFeatures: { patchStates: tensors.get('patchStates').values },
        },
        { seed: start },
      );
      const labels = batch.map((id) => id % 2);
      return crossEntropy(logits, tensor1d(labels, 'int32'));
    }, parameters);
    optimizer.step(gradients);
    await loss.data();
    dispose([loss, ...gradients.values()]);
  }
  return { seconds: (performance.now() - startedMs) / 1000, loadingSeconds: loadingMs / 1000 };
}

try {
  const ids = Array.from({ length: samples }, (_, i) => String(i));
  const encodeBatch = async (batch) => batch.map((id) => featuresOf(Number(id)));
  const results = {};
  const inMemory = ids.map((id) => featuresOf(Number(id)));
  for (const precision of ['float32', 'float16']) {
    const open = () => FeatureCache.open({ directory, identity: { bench: 1 }, precision });
    const buildingSinceMs = performance.now();
    await buildFeatures({ cache: await open(), ids, encodeBatch, batchSize });
    const builtMs = performance.now();
    const cache = await open();
    results[precision] = {
      cache,
      buildSeconds: (builtMs - buildingSinceMs) / 1000,
      openSeconds: (performance.now() - builtMs) / 1000,
      seconds: [],
      loadingSeconds: [],
    };
  }
  const memory = { seconds: [], loadingSeconds: [] };
  const note = (result, { seconds, loadingSeconds }) => {
    result.seconds.push(seconds);
    result.loadingSeconds.push(loadingSeconds);
  };
  const fromMemory = async (batch) => padFeatures(batch.map((id) => inMemory[id]));
  await epoch(0, fromMemory);
  for (let round = 1; round <= rounds; round += 1) {
    note(memory, await epoch(round, fromMemory));
    for (const result of Object.values(results)) {
      note(result, await epoch(round, (batch) => result.cache.batch(batch.map(String))));
    }
  }
  const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];
  const round3 = (value) => Math.round(value * 1000) / 1000;
  const memorySeconds = median(memory.seconds);
  console.log(JSON.stringify({ from: 'memory', samples, seconds: round3(memorySeconds), loadingSeconds: round3(median(memory.loadingSeconds)) })); // prettier-ignore
  for (const [precision, result] of Object.entries(results)) {
    const seconds = median(result.seconds);
    console.log(
      JSON.stringify({
        from: `disk, ${precision}`,
        seconds: round3(seconds),
        loadingSeconds: round3(median(result.loadingSeconds)),
        buildSeconds: round3(result.buildSeconds),
        openSeconds: round3(result.openSeconds),
        ratio: round3(seconds / memorySeconds),
      }),
    );
  }
} finally {
  rmSync(directory, { recursive: true, force: true });
}
