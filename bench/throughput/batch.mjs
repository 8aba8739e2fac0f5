/**
 * Does the time per sample grow with the batch? Forward passes and training steps at batches of 1 to 64 as `crossmodal train` computes them: as one graph for each shape where
 * the backend can. Each batch size lives in a process of its own, as a run has one; they take turns.
 *
 *   node bench/throughput/batch.mjs [--backend onnxruntime] [--model main|bert] [--batches 1,8,16,32,64] [--work forward,step] [--rounds 7]
 *     [--gradient-checkpointing] [--json FILE]
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { bundleScript } from '../lib/bundleScript.mjs';
import { describeMachine } from '../lib/describeMachine.mjs';
import { printTable } from '../lib/printTable.mjs';
import { quartiles } from '../lib/quartiles.mjs';
import { startSide } from '../lib/startSide.mjs';
import { takeTurns } from '../lib/takeTurns.mjs';

const { values } = parseArgs({
  options: {
    backend: { type: 'string', default: 'onnxruntime' },
    model: { type: 'string', default: 'main' },
    batches: { type: 'string', default: '1,8,16,32,64' },
    work: { type: 'string', default: 'forward,step' },
    rounds: { type: 'string', default: '7' },
    'gradient-checkpointing': { type: 'boolean', default: false },
    json: { type: 'string' },
  },
});
const batches = values.batches.split(',').map(Number);
const bundle = bundleScript(fileURLToPath(new URL('batchSide.mjs', import.meta.url)));
const results = new Map();
for (const work of values.work.split(',')) results.set(work, await measure(work));

const machine = describeMachine();
const [[{ device }]] = results.values();
console.log(
  `${device}, Node ${machine.node}, ${machine.cpu}; model ${values.model}; milliseconds per sample, median and quartiles\n`,
);
printTable([
  ['work', ...batches.map((batch) => `batch ${batch}`)],
  ...[...results].map(([work, own]) => [work, ...own.map(describe)]),
  ...[...results].map(([work, own]) => [
    `${work}, peak GB`,
    ...own.map(({ peakBytes }) => (peakBytes / 1e9).toFixed(2)),
  ]),
]);
if (values.json)
  writeFileSync(
    values.json,
    `${JSON.stringify({ ...values, machine, device, results: [...results.values()].flat() }, null, 2)}\n`,
  );

/** One kind of work at all batch sizes. */
async function measure(work) {
  // As many samples for each size, where one batch is too short to be timed.
  const repeatsOf = (batch) => (values.model === 'main' ? Math.max(...batches) / batch : 1);
  const sides = batches.map((batch) =>
    startSide(`batch ${batch}`, process.execPath, [
      bundle,
      values.backend,
      values.model,
      batch,
      repeatsOf(batch),
      values['gradient-checkpointing'] ? 'checkpointing' : '',
    ]),
  );
  try {
    // The first pass of a shape compiles it, the second one may still make buffers.
    const rounds = { rounds: Number(values.rounds), warmup: 2 };
    const { times, last } = await takeTurns(sides, { label: work, ...rounds, task: { work } });
    return batches.map((batch, i) => {
      const perSample = times[i].map((milliseconds) => milliseconds / batch / repeatsOf(batch));
      return { work, batch, ...quartiles(perSample), peakBytes: last[i].peakBytes, device: last[i].device };
    });
  } finally {
    for (const side of sides) side.stop();
  }
}

function describe({ low, median, high }) {
  const [own, ...range] = [median, low, high].map((time) => time.toPrecision(3));
  return `${own} (${range.join(' to ')})`;
}
