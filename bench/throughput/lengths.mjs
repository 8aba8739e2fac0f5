/**
 * Samples per second of a text encoder when texts of like length meet in a batch and are padded to a few lengths, against padding all to the longest there may be:
 * forward passes and training steps, taking turns. Only the column `text` of the data is read, and nothing of it is printed but numbers.
 *
 *   node bench/throughput/lengths.mjs <folder or CSV file> [--vocabulary vocab.txt] [--backend onnxruntime] [--model base|small] [--batch 16] [--length 128]
 *        [--buckets 4] [--rows 240] [--rounds 3] [--work forward,step] [--json FILE]
 */
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startBackend } from '@crossmodal/backends';
import { bucketFor, createBatches, lengthBuckets, loadSamples } from '@crossmodal/dataset';
import { BertForSequenceClassification, buildVocabulary, TextTokenizer } from '@crossmodal/text-encoder';
import { AdamW, CapturedFunction, CapturedGradients, crossEntropy } from '@crossmodal/training';
import { dispose, tensor1d, tensor2d, tidy } from '@tensorflow/tfjs-core';
import { printTable } from '../jobs/printTable.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    vocabulary: { type: 'string' },
    backend: { type: 'string', default: 'onnxruntime' },
    model: { type: 'string', default: 'base' },
    batch: { type: 'string', default: '16' },
    length: { type: 'string', default: '128' },
    buckets: { type: 'string', default: '4' },
    rows: { type: 'string', default: '240' },
    rounds: { type: 'string', default: '3' },
    work: { type: 'string', default: 'forward,step' },
    json: { type: 'string' },
  },
});
const [data] = positionals;
if (data === undefined) throw new Error('lengths: a folder with data.csv, or a CSV file, must be named, got none.');
const [batchSize, maxLength, rowLimit] = [values.batch, values.length, values.rows].map(Number);
const sizes = {
  base: {},
  small: { hiddenSize: 128, numAttentionHeads: 2, intermediateSize: 512, numHiddenLayers: 2 },
}[values.model];
if (!sizes) throw new Error(`lengths: model must be base or small, got ${values.model}.`);

const { device } = await startBackend(values.backend);
const path = statSync(data).isDirectory() ? join(data, 'data.csv') : data;
const all = (await loadSamples(path, { imageColumn: null, labelColumn: null })).samples;
const vocabulary = values.vocabulary
  ? readFileSync(values.vocabulary, 'utf8').trimEnd().split('\n')
  : buildVocabulary(all.map(({ text }) => text), { size: 30522 }); // prettier-ignore
const tokenizer = TextTokenizer.fromVocabulary(vocabulary, { modelMaxLength: maxLength });
const chosen = Array.from({ length: Math.min(rowLimit, all.length) }, (_, i) => all[Math.floor((i * all.length) / Math.min(rowLimit, all.length))]); // prettier-ignore
const idsOf = new Map(chosen.map((sample) => [sample, tokenizer.encode(sample.text, { truncation: 'longest_first' }).inputIds])); // prettier-ignore
const lengths = chosen.map((sample) => idsOf.get(sample).length);
const buckets = lengthBuckets(lengths, { count: Number(values.buckets), multipleOf: 4, limit: maxLength });

const model = new BertForSequenceClassification(['negative', 'neutral', 'positive'], {
  config: { ...sizes, vocabSize: vocabulary.length },
});
const parameters = model.namedParameters();
const optimizer = new AdamW(parameters, { learningRate: 1e-5 });
const onRefused = (reason) => console.error(`not as a graph: ${reason}`);
const forward = new CapturedFunction(parameters, { onRefused });
const gradients = new CapturedGradients(parameters, { onRefused });

const ways = [
  { name: `all to ${maxLength}`, pad: () => maxLength },
  { name: 'to the longest of a random batch', pad: (longest) => Math.min(maxLength, Math.ceil(longest / 4) * 4) },
  { name: `like lengths together, to ${buckets.join(', ')}`, lengthOf: true, pad: (longest) => bucketFor(longest, buckets) }, // prettier-ignore
].map((way) => ({
  ...way,
  work: new Map(values.work.split(',').map((work) => [work, { rates: [], firstSeconds: 0 }])),
}));

for (let round = 0; round <= Number(values.rounds); round += 1) {
  for (const work of values.work.split(',')) {
    for (const way of ways) {
      // Each round is another epoch; the first one compiles, as far as it can know the shapes.
      const { seconds, shapes, places } = await epoch(way, round, work === 'step' ? step : answer);
      const found = way.work.get(work);
      if (round === 0) Object.assign(found, { firstSeconds: seconds, shapes });
      else found.rates.push(chosen.length / seconds);
      Object.assign(found, { share: lengths.reduce((sum, length) => sum + length, 0) / places });
      if (process.stderr.isTTY) process.stderr.write(`\r${work}, round ${round} of ${values.rounds}   `);
    }
  }
}
if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');

const sorted = lengths.toSorted((a, b) => a - b);
console.log(`${device}, Node ${process.version}, BERT ${values.model}, batches of ${batchSize}`);
console.log(`${chosen.length} of ${all.length} texts; tokens: median ${sorted[sorted.length >> 1]}, mean ${mean(sorted).toFixed(1)}, most ${sorted.at(-1)}\n`); // prettier-ignore
const results = ways.flatMap(({ name, work }) => [...work].map(([kind, found]) => ({ name, kind, ...found, median: median(found.rates) }))); // prettier-ignore
const base = (kind) => results.find((result) => result.kind === kind).median;
printTable([
  ['padded', 'work', 'samples/s', 'range', 'times', 'tokens that are text', 'shapes', 'first epoch, s'],
  ...results.map((result) => [
    result.name,
    result.kind,
    result.median.toFixed(1),
    `${Math.min(...result.rates).toFixed(1)} to ${Math.max(...result.rates).toFixed(1)}`,
    (result.median / base(result.kind)).toFixed(2),
    `${(100 * result.share).toFixed(0)}%`,
    result.shapes,
    result.firstSeconds.toFixed(1),
  ]),
]);
if (values.json) writeFileSync(values.json, `${JSON.stringify({ ...values, device, cpu: cpus()[0]?.model, node: process.version, buckets, results }, null, 2)}\n`); // prettier-ignore
process.exit(0);

/** All rows once, in an order of the epoch. */
async function epoch({ lengthOf, pad }, number, run) {
  const startedAt = performance.now();
  const shapes = new Set();
  let places = 0;
  const batches = createBatches({
    samples: chosen,
    batchSize,
    shuffle: true,
    seed: 1,
    epoch: number,
    ...(lengthOf ? { lengthOf: (sample) => idsOf.get(sample).length } : {}),
    load: async (sample) => idsOf.get(sample),
    collate: (rows) => rows,
  });
  for await (const rows of batches) {
    const length = pad(Math.max(...rows.map((ids) => ids.length)));
    const ids = new Int32Array(rows.length * length).fill(tokenizer.padTokenId);
    const mask = new Int32Array(rows.length * length);
    for (const [row, own] of rows.entries()) {
      ids.set(own, row * length);
      mask.fill(1, row * length, row * length + own.length);
    }
    const inputs = {
      inputIds: tensor2d(ids, [rows.length, length], 'int32'),
      attentionMask: tensor2d(mask, [rows.length, length], 'int32'),
    };
    await run(inputs, rows.length, number);
    dispose(inputs);
    shapes.add(`${rows.length}x${length}`);
    places += rows.length * length;
  }
  return { seconds: (performance.now() - startedAt) / 1000, shapes: shapes.size, places };
}

async function answer(inputs) {
  model.eval();
  const compute = () => new Map([['logits', tidy(() => model.call(inputs).logits)]]);
  const logits = forward.call(compute, { tensors: Object.values(inputs) }).get('logits');
  await logits.data();
  logits.dispose();
}

async function step(inputs, rows, seed) {
  model.train();
  const labels = tensor1d(Array.from({ length: rows }, (_, row) => row % 3), 'int32'); // prettier-ignore
  const { loss, gradients: found } = gradients.compute(
    () => crossEntropy(model.call(inputs, { seed }).logits, labels),
    { tensors: [...Object.values(inputs), labels], seed },
  );
  await loss.data();
  optimizer.step(found);
  dispose([loss, labels, ...found.values()]);
}

function mean(numbers) {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}

function median(numbers) {
  const ordered = [...numbers].sort((a, b) => a - b);
  return (ordered[(ordered.length - 1) >> 1] + ordered[ordered.length >> 1]) / 2;
}
