/**
 * Samples per second of a text encoder when texts of like length meet in a batch and are padded to a few lengths, against padding all to the longest there may be:
 * forward passes and training steps, taking turns. Only the column `text` of the data is read, and nothing of it is printed but numbers.
 *
 *   node bench/throughput/lengths.mjs <folder or CSV file> [--vocabulary vocab.txt] [--backend onnxruntime] [--model base|small] [--batch 16] [--length 128]
 *        [--buckets 4] [--rows N] [--rounds 5] [--work forward,step] [--also-random] [--json FILE]
 */
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startBackend } from '@crossmodal/backends';
import { bucketFor, createBatches, lengthBuckets, loadSamples } from '@crossmodal/dataset';
import { BertForSequenceClassification, buildVocabulary, TextTokenizer } from '@crossmodal/text-encoder';
import { tensor2d } from '@tensorflow/tfjs-core';
import { describeMachine } from '../lib/describeMachine.mjs';
import { printTable } from '../lib/printTable.mjs';
import { passesOf } from './passes.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    vocabulary: { type: 'string' },
    backend: { type: 'string', default: 'onnxruntime' },
    model: { type: 'string', default: 'base' },
    batch: { type: 'string', default: '16' },
    length: { type: 'string', default: '128' },
    buckets: { type: 'string', default: '4' },
    rows: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    work: { type: 'string', default: 'forward,step' },
    'also-random': { type: 'boolean', default: false },
    json: { type: 'string' },
  },
});
const [data] = positionals;
if (data === undefined) throw new Error('lengths: a folder with data.csv, or a CSV file, must be named, got none.');
const [batchSize, maxLength, rounds] = [values.batch, values.length, values.rounds].map(Number);
const sizes = {
  base: {},
  small: { hiddenSize: 128, numAttentionHeads: 2, intermediateSize: 512, numHiddenLayers: 2 },
}[values.model];
if (!sizes) throw new Error(`lengths: model must be base or small, got ${values.model}.`);

const kinds = values.work.split(',');
const { device } = await startBackend(values.backend);
const path = statSync(data).isDirectory() ? join(data, 'data.csv') : data;
const all = (await loadSamples(path, { imageColumn: null, labelColumn: null })).samples;
const vocabulary = values.vocabulary
  ? readFileSync(values.vocabulary, 'utf8').trimEnd().split('\n')
  : buildVocabulary(all.map(({ text }) => text), { size: 30522 }); // prettier-ignore
const tokenizer = TextTokenizer.fromVocabulary(vocabulary, { modelMaxLength: maxLength });
const count = Math.min(Number(values.rows ?? all.length), all.length);
const chosen = Array.from({ length: count }, (_, i) => all[Math.floor((i * all.length) / count)]);
const idsOf = new Map(chosen.map((sample) => [sample, tokenizer.encode(sample.text, { truncation: 'longest_first' }).inputIds])); // prettier-ignore
const lengths = chosen.map((sample) => idsOf.get(sample).length);
const buckets = lengthBuckets(lengths, { count: Number(values.buckets), multipleOf: 4, limit: maxLength });

const model = new BertForSequenceClassification(['negative', 'neutral', 'positive'], {
  config: { ...sizes, vocabSize: vocabulary.length },
});
const { answer, step } = passesOf(model, 3);

const ways = [
  { name: `all to ${maxLength}`, pad: () => maxLength },
  {
    name: 'to the longest of a random batch',
    isOptional: true,
    pad: (longest) => Math.min(maxLength, Math.ceil(longest / 4) * 4),
  },
  { name: `like lengths together, to ${buckets.join(', ')}`, lengthOf: true, pad: (longest) => bucketFor(longest, buckets) }, // prettier-ignore
]
  .filter(({ isOptional }) => !isOptional || values['also-random'])
  .map((way) => ({
    ...way,
    work: new Map(kinds.map((work) => [work, { rates: [], rows: 0, seconds: 0 }])),
  }));

for (const way of ways) way.batches = await allBatches(way);
for (const [kind, run] of Object.entries({ forward: answer, step })) {
  if (!kinds.includes(kind)) continue;
  // One batch of each shape first: what is compiled is a cost of its own.
  for (const way of ways) {
    const ofShape = new Map(way.batches.map((batch) => [`${batch.rows}x${batch.length}`, batch]));
    const startedAt = performance.now();
    for (const batch of ofShape.values()) await run(tensorsOf(batch), 0);
    Object.assign(way.work.get(kind), { firstSeconds: (performance.now() - startedAt) / 1000, shapes: ofShape.size });
  }
  // An epoch in as many pieces as there are rounds, in which the ways take turns.
  for (let round = 0; round < rounds; round += 1) {
    for (const way of ways) {
      const found = way.work.get(kind);
      const piece = way.batches.slice(
        ...[round, round + 1].map((at) => Math.round((at * way.batches.length) / rounds)),
      );
      const rows = piece.reduce((sum, batch) => sum + batch.rows, 0);
      const startedAt = performance.now();
      for (const batch of piece) await run(tensorsOf(batch), round);
      const seconds = (performance.now() - startedAt) / 1000;
      found.rates.push(rows / seconds);
      Object.assign(found, { rows: found.rows + rows, seconds: found.seconds + seconds });
      if (process.stderr.isTTY) process.stderr.write(`\r${kind}, round ${round + 1} of ${rounds}   `);
    }
  }
}
if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');

const { cpu, node } = describeMachine();
const sorted = lengths.toSorted((a, b) => a - b);
console.log(`${device}, Node ${node}, BERT ${values.model}, batches of ${batchSize}`);
console.log(`${chosen.length} of ${all.length} texts; tokens: median ${sorted[sorted.length >> 1]}, mean ${mean(sorted).toFixed(1)}, most ${sorted.at(-1)}\n`); // prettier-ignore
const results = ways.flatMap(({ name, work, batches }) => [...work].map(([kind, found]) => ({ name, kind, ...found, rate: found.rows / found.seconds, share: shareOfText(batches) }))); // prettier-ignore
const base = (kind) => results.find((result) => result.kind === kind).rate;
printTable([
  [
    'padded',
    'work',
    'samples/s',
    'range of the rounds',
    'times',
    'tokens that are text',
    'shapes',
    'first batch of each shape, s',
  ],
  ...results.map((result) => [
    result.name,
    result.kind,
    result.rate.toFixed(1),
    `${Math.min(...result.rates).toFixed(1)} to ${Math.max(...result.rates).toFixed(1)}`,
    (result.rate / base(result.kind)).toFixed(2),
    `${(100 * result.share).toFixed(0)}%`,
    result.shapes,
    result.firstSeconds.toFixed(1),
  ]),
]);
if (values.json) writeFileSync(values.json, `${JSON.stringify({ ...values, device, cpu, node, buckets, results }, null, 2)}\n`); // prettier-ignore
process.exit(0);

/** Of one epoch: all rows once, in the order and the company that training gives them. */
async function allBatches({ lengthOf, pad }) {
  const batches = createBatches({
    samples: chosen,
    batchSize,
    shuffle: true,
    seed: 1,
    epoch: 0,
    ...(lengthOf ? { lengthOf: (sample) => idsOf.get(sample).length } : {}),
    load: async (sample) => idsOf.get(sample),
    collate: (rows) => ({ ids: rows, rows: rows.length, length: pad(Math.max(...rows.map((ids) => ids.length))) }),
  });
  const found = [];
  for await (const batch of batches) found.push(batch);
  return found;
}

function tensorsOf({ ids, rows, length }) {
  const inputIds = new Int32Array(rows * length).fill(tokenizer.padTokenId);
  const mask = new Int32Array(rows * length);
  for (const [row, own] of ids.entries()) {
    inputIds.set(own, row * length);
    mask.fill(1, row * length, row * length + own.length);
  }
  return {
    inputIds: tensor2d(inputIds, [rows, length], 'int32'),
    attentionMask: tensor2d(mask, [rows, length], 'int32'),
  };
}

function mean(numbers) {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}

function shareOfText(batches) {
  const places = batches.reduce((sum, { rows, length }) => sum + rows * length, 0);
  return lengths.reduce((sum, length) => sum + length, 0) / places;
}
