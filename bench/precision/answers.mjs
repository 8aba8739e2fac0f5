/**
 * One side: an exported model in onnxruntime-node, with its own tokenizer and preprocessing, over the test rows of the run that it came from. Started by run.mjs.
 *
 * The task `{}` runs every full batch once and answers with milliseconds for each; `{ write }` writes what the model says about every row, as JSON.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ImageProcessor } from '@crossmodal/image-encoder';
import { TextTokenizer } from '@crossmodal/text-encoder';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { sampleBatches } from '../../packages/example/src/pipeline/sampleBatches.js';
import { TokenCache } from '../../packages/example/src/pipeline/TokenCache.js';
import { prepareData } from '../../packages/example/src/pipeline/prepareData.js';
import { readRunConfig } from '../../packages/example/src/run/readRunConfig.js';
import { answerTasks } from '../lib/answerTasks.mjs';

const BATCH_SIZE = 32;
const [run, model, threads] = process.argv.slice(2);
const { config } = await readRunConfig(run);
const [tokenizer, processor] = [await TextTokenizer.load(model), await ImageProcessor.load(model)];
const { splits, images, labels } = await prepareData(config, processor, () => undefined);
assertSameLabels(labels.id2label, JSON.parse(readFileSync(join(model, 'config.json'), 'utf8')).id2label);

const maxLength = tokenizer.modelMaxLength;
const source = { tokenizer, processor, images, labels, maxLength, batchSize: BATCH_SIZE };
const batches = [];
const order = { shuffle: false, seed: 0, epoch: 0 };
for await (const batch of sampleBatches(source, new TokenCache(tokenizer, maxLength), splits.test, order)) {
  batches.push({ ids: batch.ids, labels: [...batch.labels], feeds: feedsOf(batch) });
}
const full = batches.filter(({ ids }) => ids.length === BATCH_SIZE);
const session = await InferenceSession.create(join(model, 'model.onnx'), { intraOpNumThreads: Number(threads) });

await answerTasks(async ({ write }) => {
  if (write !== undefined) {
    const rows = [];
    for (const batch of batches) rows.push(...(await answersOf(batch)));
    writeFileSync(write, JSON.stringify(rows));
    return { rows: rows.length };
  }
  const startedAt = performance.now();
  for (const { feeds } of full) await session.run(feeds);
  return { milliseconds: (performance.now() - startedAt) / full.length };
});

async function answersOf({ ids, labels, feeds }) {
  const { probabilities } = await session.run(feeds);
  const width = probabilities.dims[1];
  return ids.map((id, row) => ({
    id,
    label: labels[row],
    probabilities: [...probabilities.data.subarray(row * width, (row + 1) * width)],
  }));
}

/** As the guide for ONNX models makes them. */
function feedsOf({ rows, length, inputIds, attentionMask, pixelValues, imageMask, imageSize }) {
  const whole = (values, shape) => new Tensor('int64', BigInt64Array.from(values, BigInt), shape);
  const size = imageSize ** 2;
  const channels = new Float32Array(pixelValues.length);
  // [B, H, W, C] to [B, C, H, W].
  for (let i = 0; i < channels.length; i += 1) {
    const [place, plane] = [i % size, Math.floor(i / size)];
    channels[i] = pixelValues[(Math.floor(plane / 3) * size + place) * 3 + (plane % 3)];
  }
  return {
    input_ids: whole(inputIds, [rows, length]),
    attention_mask: whole(attentionMask, [rows, length]),
    pixel_values: new Tensor('float32', channels, [rows, 3, imageSize, imageSize]),
    image_mask: whole(imageMask, [rows]),
  };
}

function assertSameLabels(ours, theirs) {
  if (JSON.stringify(ours) === JSON.stringify(theirs)) return;
  throw new Error(`bench/precision: the labels must be ${JSON.stringify(ours)}, got ${JSON.stringify(theirs)}.`);
}
