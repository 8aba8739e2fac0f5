/** One side of the race: takes a step whenever a line comes in, and prints how many milliseconds it took. */
import { startBackend } from '@crossmodal/backends';
import { MultimodalSentimentModel } from '@crossmodal/fusion-model';
import { ClipVisionEncoder } from '@crossmodal/image-encoder';
import { BertEncoder } from '@crossmodal/text-encoder';
import { registerOnnxRuntimeBackend } from '@crossmodal/tfjs-backend-onnxruntime';
import { onnxRuntimeVersion } from '@crossmodal/tfjs-backend-onnxruntime/runtime';
import { AdamW, CapturedGradients, crossEntropy, globalNorm } from '@crossmodal/training';
import {
  concat,
  dispose,
  mean,
  randomNormal,
  reshape,
  square,
  sub,
  tensor,
  tensor1d,
  tidy,
  version_core,
} from '@tensorflow/tfjs-core';
import { answerTasks } from '../lib/answerTasks.mjs';

const [backend, work, threads] = process.argv.slice(2);
// The first registration decides; the other backends compute on one thread.
if (backend === 'onnxruntime') registerOnnxRuntimeBackend({ numThreads: Number(threads) });
await startBackend(backend);
const { model, tensors, lossOf } = makeWork(work);
model.train();
const parameters = model.namedParameters();
const count = [...parameters.values()].reduce((sum, { size }) => sum + size, 0);
const captured = new CapturedGradients(parameters, {
  onRefused: (reason) => console.error(`not as a graph: ${reason}`),
});
const optimizer = new AdamW(parameters, { learningRate: 1e-4 });

const versions = { 'onnxruntime-node': onnxRuntimeVersion, '@tensorflow/tfjs-core': version_core };
let step = 0;
await answerTasks(async () => {
  const startedAt = performance.now();
  const loss = await takeStep(step++);
  const milliseconds = performance.now() - startedAt;
  return { milliseconds, loss, peakBytes: process.resourceUsage().maxRSS * 1024, parameters: count, versions };
});

/** As the loop of training does: loss and gradients, one reading of loss and norm, clipping, AdamW. */
async function takeStep(seed) {
  const { loss, gradients } = captured.compute(() => lossOf(seed), { tensors, seed });
  const numbers = tidy(() => concat([loss, globalNorm(gradients)].map((value) => reshape(value, [1]))));
  const [lossValue, norm] = await numbers.data();
  optimizer.step(gradients, 1, { gradientScale: Math.min(1, 1 / (norm + 1e-6)) });
  dispose([loss, numbers, ...gradients.values()]);
  return lossValue;
}

function makeWork(name) {
  const [B, T] = name === 'main' ? [16, 24] : [8, 128];
  const vocabulary = name === 'main' ? 600 : 30000;
  const ids = tensor(
    Int32Array.from({ length: B * T }, (_, i) => (i * 7919) % vocabulary),
    [B, T],
    'int32',
  );
  const mask = tensor(new Int32Array(B * T).fill(1), [B, T], 'int32');
  const labels = tensor1d(Array.from({ length: B }, (_, i) => i % 2), 'int32'); // prettier-ignore
  if (name === 'bert') {
    const model = new BertEncoder({});
    const target = randomNormal([B, T, 768], 0, 1, 'float32', 3);
    const lossOf = (seed) =>
      mean(square(sub(model.call({ inputIds: ids, attentionMask: mask }, { seed }).lastHiddenState, target)));
    return { model, tensors: [ids, mask, target], lossOf };
  }
  if (name === 'clip') {
    const model = new ClipVisionEncoder({});
    const [pixels, target] = [
      randomNormal([B, 224, 224, 3], 0, 1, 'float32', 2),
      randomNormal([B, 50, 768], 0, 1, 'float32', 3),
    ];
    const lossOf = (seed) => mean(square(sub(model.call({ pixelValues: pixels }, { seed }).lastHiddenState, target)));
    return { model, tensors: [pixels, target], lossOf };
  }
  const isSmall = name === 'main';
  const shared = isSmall ? { hiddenSize: 64, numAttentionHeads: 4, intermediateSize: 128, numHiddenLayers: 1 } : {};
  const pixels = randomNormal(isSmall ? [B, 96, 96, 3] : [B, 224, 224, 3], 0, 1, 'float32', 2);
  const model = new MultimodalSentimentModel({
    config: {
      id2label: { 0: 'negative', 1: 'positive' },
      ...(isSmall ? { hiddenSize: 64, numAttentionHeads: 4 } : {}),
      hiddenDropoutProb: 0.1,
      attentionDropout: 0.1,
    },
    textEncoder: new BertEncoder({
      ...shared,
      ...(isSmall ? { vocabSize: vocabulary, maxPositionEmbeddings: 128 } : {}),
    }),
    imageEncoder: new ClipVisionEncoder({
      ...shared,
      ...(isSmall ? { imageSize: 96, patchSize: 16, projectionDim: 64, attentionDropout: 0.1 } : {}),
    }),
  });
  const lossOf = (seed) =>
    crossEntropy(model.call({ inputIds: ids, attentionMask: mask, pixelValues: pixels }, { seed }).logits, labels);
  return { model, tensors: [ids, mask, pixels, labels], lossOf };
}
