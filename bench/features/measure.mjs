/** Trains an epoch on kept features whenever it is asked to; run.mjs bundles and starts it. */
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
import { answerTasks } from '../lib/answerTasks.mjs';

/** The sizes of BERT-base and CLIP ViT-B/32; the encoders themselves are small, because they are not run. */
const [hiddenSize, patches, batchSize] = [768, 49, 16];
// `from`: `memory`, or the precision on disk.
const [from, count, directory] = process.argv.slice(2);
const samples = Number(count);
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
  return { milliseconds: performance.now() - startedMs, loadingSeconds: loadingMs / 1000 };
}

/** Writes the features to disk and opens what was written, as a later run does. */
async function fromDisk(precision) {
  const ids = Array.from({ length: samples }, (_, i) => String(i));
  const encodeBatch = async (batch) => batch.map((id) => featuresOf(Number(id)));
  const open = () => FeatureCache.open({ directory, identity: { bench: 1 }, precision });
  const startedMs = performance.now();
  await buildFeatures({ cache: await open(), ids, encodeBatch, batchSize });
  const builtMs = performance.now();
  const cache = await open();
  return {
    load: (batch) => cache.batch(batch.map(String)),
    buildSeconds: (builtMs - startedMs) / 1000,
    openSeconds: (performance.now() - builtMs) / 1000,
  };
}

function fromMemory() {
  const features = Array.from({ length: samples }, (_, id) => featuresOf(id));
  return { load: async (batch) => padFeatures(batch.map((id) => features[id])) };
}

const { load, ...once } = from === 'memory' ? fromMemory() : await fromDisk(from);
let epochs = 0;
await answerTasks(async () => ({ ...once, ...(await epoch(epochs++, load)) }));
