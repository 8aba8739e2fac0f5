/** One batch size of batch.mjs, in a process of its own: forward passes or training steps whenever a line comes in. */
import { startBackend } from '@crossmodal/backends';
import { MultimodalSentimentModel } from '@crossmodal/fusion-model';
import { ClipVisionEncoder } from '@crossmodal/image-encoder';
import { enableGradientCheckpointing } from '@crossmodal/layers';
import { BertEncoder } from '@crossmodal/text-encoder';
import { dispose, randomUniform, slice, tidy } from '@tensorflow/tfjs-core';
import { passRows } from '../../packages/example/src/encoders/passRows.js';
import { encoderStacks } from '../../packages/example/src/memory/encoderStacks.js';
import { answerTasks } from '../lib/answerTasks.mjs';
import { passesOf } from './passes.mjs';

const [backend, name, batch, repeats, checkpointing] = process.argv.slice(2);
const { device } = await startBackend(backend);
const { model, inputsOf } = { main: mainModel, bert: bertModel }[name]();
if (checkpointing) enableGradientCheckpointing(model);
const passes = passesOf(model, 2);
const { step } = passes;
let seed = 0;

await answerTasks(async ({ work }) => {
  const run = { forward: answer, step }[work];
  const inputs = Array.from({ length: Number(repeats) }, () => inputsOf(Number(batch), (seed += 1)));
  const startedAt = performance.now();
  for (const own of inputs) await run(own, seed);
  const milliseconds = performance.now() - startedAt;
  return { milliseconds, device, peakBytes: process.resourceUsage().maxRSS * 1024 };
});

/** A forward pass as `crossmodal evaluate` makes it: a few rows at a time where rows are large. */
async function answer(inputs) {
  const [rows, length] = inputs.inputIds.shape;
  const { text, image } = encoderStacks(model, length);
  const most = backend === 'onnxruntime' ? passRows(rows, [text, image]) : rows;
  for (let from = 0; from < rows; from += most) {
    const count = Math.min(most, rows - from);
    const rowsOf = (all) => slice(all, [from, ...all.shape.slice(1).map(() => 0)], [count, ...all.shape.slice(1)]);
    await passes.answer(Object.fromEntries(Object.entries(inputs).map(([name, all]) => [name, rowsOf(all)])));
  }
  dispose(inputs);
}

/** That of `crossmodal train` on the synthetic review world: texts of 24 tokens, images of 48 pixels. */
function mainModel() {
  const shared = { hiddenSize: 64, numAttentionHeads: 4, intermediateSize: 128, numHiddenLayers: 1 };
  return {
    model: new MultimodalSentimentModel({
      config: {
        id2label: { 0: 'negative', 1: 'positive' },
        hiddenSize: 64,
        numAttentionHeads: 4,
        hiddenDropoutProb: 0.1,
        attentionDropout: 0.1,
      },
      textEncoder: new BertEncoder({ ...shared, vocabSize: 600, maxPositionEmbeddings: 128 }),
      imageEncoder: new ClipVisionEncoder({
        ...shared,
        imageSize: 48,
        patchSize: 8,
        projectionDim: 64,
        attentionDropout: 0.1,
      }),
    }),
    inputsOf: (batch, seed) => ({
      inputIds: tidy(() => randomUniform([batch, 24], 5, 600, 'int32', seed)),
      pixelValues: randomUniform([batch, 48, 48, 3], -1, 1, 'float32', seed),
    }),
  };
}

/** BERT-base at 128 tokens. */
function bertModel() {
  return {
    model: new MultimodalSentimentModel({
      config: { id2label: { 0: 'negative', 1: 'positive' }, fusionStrategy: 'text-only' },
      textEncoder: new BertEncoder(),
    }),
    inputsOf: (batch, seed) => ({ inputIds: tidy(() => randomUniform([batch, 128], 999, 30000, 'int32', seed)) }),
  };
}
