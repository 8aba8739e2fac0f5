/**
 * Races a training step against PyTorch: forward, backward, clipping, AdamW, with the same shapes, threads and dropout. Both sides live in processes of
 * their own and step in turn, so that only one of them computes at a time.
 *
 *   node bench/step/run.mjs [--work main,bert,clip,both] [--backends onnxruntime,wasm] [--rounds 7] [--python PYTHON] [--threads 2] [--json FILE]
 *
 * PyTorch: pip install torch==2.13.0 transformers==5.24.0
 */
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
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
    work: { type: 'string', default: 'main,bert,clip' },
    backends: { type: 'string', default: 'onnxruntime,wasm' },
    rounds: { type: 'string', default: '7' },
    warmup: { type: 'string', default: '2' },
    python: { type: 'string', default: 'python3' },
    threads: { type: 'string', default: String(availableParallelism()) },
    json: { type: 'string' },
  },
});
const here = dirname(fileURLToPath(import.meta.url));
const bundle = bundleScript(join(here, 'ours.mjs'));

const results = [];
for (const work of values.work.split(',')) {
  // Small steps are noisy and cheap.
  const rounds = work === 'main' ? 20 * Number(values.rounds) : Number(values.rounds);
  const warmup = work === 'main' ? 10 * Number(values.warmup) : Number(values.warmup);
  const sides = [
    startSide('PyTorch', values.python, [join(here, 'peer.py'), work, values.threads]),
    ...values.backends
      .split(',')
      .map((backend) => startSide(backend, process.execPath, [bundle, backend, work, values.threads])),
  ];
  try {
    const { times, last } = await takeTurns(sides, { label: work, rounds, warmup });
    const peer = quartiles(times[0]).median;
    for (const [i, { name }] of sides.entries()) {
      const { low, median, high } = quartiles(times[i]);
      const { peakBytes, parameters, versions } = last[i];
      results.push({
        work,
        side: name,
        low,
        median,
        high,
        ratio: median / peer,
        rounds,
        peakBytes,
        parameters,
        versions,
      });
    }
  } finally {
    for (const side of sides) side.stop();
  }
}

const machine = describeMachine();
const versions = Object.assign({ node: machine.node }, ...results.map((result) => result.versions));
console.log(`${machine.cpu}, ${values.threads} threads, load ${machine.load}`);
console.log(`${Object.entries(versions).map(([name, version]) => `${name} ${version}`).join(', ')}\n`); // prettier-ignore
printTable([
  ['work', 'side', 'median ms', 'quartiles ms', 'of PyTorch', 'peak GB', 'parameters'],
  ...results.map(({ work, side, low, median, high, ratio, peakBytes, parameters }) => [
    work,
    side,
    median.toFixed(1),
    `${low.toFixed(1)} to ${high.toFixed(1)}`,
    ratio.toFixed(2),
    (peakBytes / 1e9).toFixed(2),
    parameters,
  ]),
]);
if (values.json) {
  writeFileSync(
    values.json,
    `${JSON.stringify({ machine, versions, threads: Number(values.threads), results }, null, 2)}\n`,
  );
}
