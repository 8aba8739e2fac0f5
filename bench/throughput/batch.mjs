/**
 * Does the time per sample grow with the batch? Forward passes and training steps at batches of 1 to 64, taking turns, as `crossmodal train` computes them: as one graph
 * for each shape where the backend can.
 *
 *   node bench/throughput/batch.mjs [--backend onnxruntime] [--model main|bert] [--batches 1,8,16,32,64] [--work forward,step] [--rounds 7] [--json FILE]
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { startBackend } from '@crossmodal/backends';
import { MultimodalSentimentModel } from '@crossmodal/fusion-model';
import { ClipVisionEncoder } from '@crossmodal/image-encoder';
import { BertEncoder, BertForSequenceClassification } from '@crossmodal/text-encoder';
import { randomUniform, tidy } from '@tensorflow/tfjs-core';
import { describeMachine } from '../lib/describeMachine.mjs';
import { printTable } from '../lib/printTable.mjs';
import { passesOf } from './passes.mjs';

const { values } = parseArgs({
  options: {
    backend: { type: 'string', default: 'onnxruntime' },
    model: { type: 'string', default: 'main' },
    batches: { type: 'string', default: '1,8,16,32,64' },
    work: { type: 'string', default: 'forward,step' },
    rounds: { type: 'string', default: '7' },
    json: { type: 'string' },
  },
});
const { device } = await startBackend(values.backend);
const { model, inputsOf } = { main: mainModel, bert: bertModel }[values.model]();
const { answer, step } = passesOf(model, 2);
const batches = values.batches.split(',').map(Number);
const results = [];
for (const [kind, run] of Object.entries({ forward: answer, step })) {
  if (!values.work.split(',').includes(kind)) continue;
  const times = new Map(batches.map((batch) => [batch, []]));
  // The first pass of a shape compiles it, the second one may still make buffers.
  for (const batch of batches) for (const seed of [1, 2]) await run(inputsOf(batch, seed), seed);
  for (let round = 1; round <= Number(values.rounds); round += 1) {
    for (const batch of batches) {
      // As many samples for each size.
      const repeats = values.model === 'main' ? Math.max(...batches) / batch : 1;
      const startedAt = performance.now();
      for (let i = 0; i < repeats; i += 1) await run(inputsOf(batch, round), round);
      times.get(batch).push((performance.now() - startedAt) / batch / repeats);
    }
  }
  for (const [batch, found] of times) {
    const sorted = found.sort((a, b) => a - b);
    results.push({ kind, batch, median: sorted[sorted.length >> 1], low: sorted[0], high: sorted.at(-1) });
  }
}
const machine = describeMachine();
console.log(`${device}, Node ${machine.node}, ${machine.cpu}; model ${values.model}; milliseconds per sample\n`);
printTable([
  ['work', ...batches.map((batch) => `batch ${batch}`)],
  ...[...new Set(results.map(({ kind }) => kind))].map((kind) => [
    kind,
    ...results
      .filter((result) => result.kind === kind)
      .map(({ median, low, high }) => [median, low, high].map((time) => time.toPrecision(3)))
      .map(([median, low, high]) => `${median} (${low} to ${high})`),
  ]),
]);
console.log(`\npeak memory of the process: ${((process.resourceUsage().maxRSS * 1024) / 1e9).toFixed(1)} GB`);
if (values.json) writeFileSync(values.json, `${JSON.stringify({ ...values, device, results }, null, 2)}\n`);
process.exit(0);

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
    model: new BertForSequenceClassification(['negative', 'positive']),
    inputsOf: (batch, seed) => ({ inputIds: tidy(() => randomUniform([batch, 128], 999, 30000, 'int32', seed)) }),
  };
}
