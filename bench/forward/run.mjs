/**
 * Races the forward pass of a frozen encoder: PyTorch, transformers.js and ours, on the same weights and inputs, in turn. Nothing is timed before the
 * outputs of all sides agree.
 *
 *   node bench/forward/run.mjs [--work bert,clip] [--rounds 15] [--warmup 3] [--batch 8] [--length 128] [--threads 2] [--python PYTHON]
 *     [--models runs/forward] [--json FILE]
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
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
    work: { type: 'string', default: 'bert,clip' },
    rounds: { type: 'string', default: '15' },
    warmup: { type: 'string', default: '3' },
    batch: { type: 'string', default: '8' },
    length: { type: 'string', default: '128' },
    threads: { type: 'string', default: '2' },
    python: { type: 'string', default: 'python3' },
    models: { type: 'string', default: 'runs/forward' },
    json: { type: 'string' },
  },
});
/** Largest absolute difference between outputs of two sides, which are of the order of 1. */
const TOLERANCE = 1e-4;
const here = dirname(fileURLToPath(import.meta.url));
const { batch, length, threads, python } = values;
const [rounds, warmup] = [Number(values.rounds), Number(values.warmup)];
const models = resolve(values.models, `${batch}x${length}`);
if (!existsSync(join(models, 'clip/onnx/vision_model.onnx'))) {
  execFileSync(python, [join(here, 'prepare.py'), models, batch, length], { stdio: 'inherit' });
}
const bundle = bundleScript(join(here, 'ours.mjs'));

const results = [];
for (const work of values.work.split(',')) results.push(...(await race(work)));
const machine = describeMachine();
const versions = Object.assign({ node: machine.node }, ...results.map((result) => result.versions));

console.log(`${machine.cpu}, ${threads} threads, batch ${batch}, load ${machine.load}`);
console.log(`${Object.entries(versions).map(([name, version]) => `${name} ${version}`).join(', ')}\n`); // prettier-ignore
printTable([
  ['work', 'side', 'median ms', 'quartiles ms', 'of PyTorch', 'of transformers.js', 'difference', 'peak GB'],
  ...results.map(({ work, side, low, median, high, ofPyTorch, ofTransformersJs, difference, peakBytes }) => [
    work,
    side,
    median.toFixed(1),
    `${low.toFixed(1)} to ${high.toFixed(1)}`,
    ofPyTorch.toFixed(2),
    ofTransformersJs.toFixed(2),
    difference.toExponential(1),
    (peakBytes / 1e9).toFixed(2),
  ]),
]);
if (values.json) {
  const race = { batch: Number(batch), length: Number(length), threads: Number(threads), rounds, warmup };
  writeFileSync(values.json, `${JSON.stringify({ machine, versions, ...race, results }, null, 2)}\n`);
}

/** One encoder on all sides. */
async function race(work) {
  const parameters = [models, work, threads, batch];
  const sides = [
    startSide('PyTorch', python, [join(here, 'pytorch.py'), ...parameters]),
    startSide('transformers.js', process.execPath, [join(here, 'transformersJs.mjs'), ...parameters]),
    startSide('ours', process.execPath, [bundle, ...parameters]),
  ];
  try {
    const differences = await compareOutputs(work, sides);
    const { times, last } = await takeTurns(sides, { label: work, rounds, warmup });
    const [pyTorch, transformersJs] = times.map((own) => quartiles(own).median);
    return sides.map(({ name }, i) => {
      const { low, median, high } = quartiles(times[i]);
      const ratios = { ofPyTorch: median / pyTorch, ofTransformersJs: median / transformersJs };
      const { peakBytes, versions } = last[i];
      const milliseconds = times[i];
      return { work, side: name, low, median, high, ...ratios, difference: differences[i], peakBytes, versions, milliseconds }; // prettier-ignore
    });
  } finally {
    for (const side of sides) side.stop();
  }
}

/** Largest difference of each side's output from PyTorch's. */
async function compareOutputs(work, sides) {
  const folder = mkdtempSync(join(tmpdir(), 'bench-forward-'));
  try {
    const outputs = [];
    for (const [i, side] of sides.entries()) {
      const file = join(folder, `${i}.float32`);
      await side.ask({ write: file });
      outputs.push(new Float32Array(new Uint8Array(readFileSync(file)).buffer));
    }
    const [reference] = outputs;
    return outputs.map((output, i) => {
      if (output.length !== reference.length) {
        throw new Error(
          `bench/forward: ${sides[i].name} must give ${reference.length} numbers for ${work}, got ${output.length}.`,
        );
      }
      const largest = output.reduce((max, value, at) => Math.max(max, Math.abs(value - reference[at])), 0);
      // Not a number is not small either.
      if (!(largest <= TOLERANCE)) {
        throw new Error(
          `bench/forward: ${work} of ${sides[i].name} must be within ${TOLERANCE} of PyTorch, got ${largest}.`,
        );
      }
      return largest;
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
