/** Our side of the race: a frozen encoder as `crossmodal train` runs it, whenever a line comes in. Started by run.mjs. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MultimodalSentimentModel } from '@crossmodal/fusion-model';
import { ClipVisionEncoder } from '@crossmodal/image-encoder';
import { BertEncoder } from '@crossmodal/text-encoder';
import { onnxRuntimeVersion } from '@crossmodal/tfjs-backend-onnxruntime/runtime';
import '@tensorflow/tfjs-backend-cpu';
import { setBackend } from '@tensorflow/tfjs-core';
import { loadOnnxRuntime } from '../../packages/example/src/encoders/loadOnnxRuntime.js';
import { OnnxEncoder } from '../../packages/example/src/encoders/OnnxEncoder.js';
import { answerTasks } from '../lib/answerTasks.mjs';

const [root, work, threads, batch] = process.argv.slice(2);
const rows = Number(batch);
await setBackend('cpu');
const loaded = loadOnnxRuntime();
if ('problem' in loaded) throw new Error(loaded.problem);

// The fusion wants both encoders; the one that does not race is as small as can be.
const smallest = { hiddenSize: 4, intermediateSize: 4, numHiddenLayers: 1, numAttentionHeads: 1 };
const model = new MultimodalSentimentModel({
  config: { id2label: { 0: 'negative', 1: 'positive' }, hiddenSize: 4, numAttentionHeads: 1 },
  textEncoder:
    work === 'bert' ? await BertEncoder.load(join(root, 'bert')) : new BertEncoder({ ...smallest, vocabSize: 4 }),
  imageEncoder:
    work === 'clip'
      ? await ClipVisionEncoder.load(join(root, 'clip'))
      : new ClipVisionEncoder({ ...smallest, imageSize: 4, patchSize: 4, projectionDim: 4 }),
}).eval();
const encoder = new OnnxEncoder(work === 'bert' ? 'text' : 'image', model, loaded.runtime, {
  numThreads: Number(threads),
});
const inputs = work === 'bert' ? await words() : await pixels();
const states = work === 'bert' ? 'lastHiddenState' : 'patchStates';

await answerTasks(async ({ write }) => {
  const startedAt = performance.now();
  const features = await encoder.encode(inputs);
  const milliseconds = performance.now() - startedAt;
  if (write !== undefined) await writeFile(write, features.get(states).data);
  return {
    milliseconds,
    peakBytes: process.resourceUsage().maxRSS * 1024,
    versions: { 'onnxruntime-node': onnxRuntimeVersion },
  };
});

async function words() {
  const { buffer } = new Uint8Array(await readFile(join(root, 'input_ids.int32')));
  const inputIds = new Int32Array(buffer);
  return { rows, length: inputIds.length / rows, inputIds, attentionMask: new Int32Array(inputIds.length).fill(1) };
}

async function pixels() {
  const { buffer } = new Uint8Array(await readFile(join(root, 'pixel_values.float32')));
  const planes = new Float32Array(buffer);
  const [side, channels] = [224, 3];
  const pixelValues = new Float32Array(planes.length);
  // [B, C, H, W] to [B, H, W, C].
  for (let i = 0; i < planes.length; i += 1) {
    const [pixel, plane] = [i % side ** 2, Math.floor(i / side ** 2)];
    pixelValues[(Math.floor(plane / channels) * side ** 2 + pixel) * channels + (plane % channels)] = planes[i];
  }
  return { rows, imageSize: side, pixelValues };
}
