/**
 * What float16 and int8 change in trained models: the main job for several seeds, each best checkpoint exported in every precision, each of these over the whole test
 * split in onnxruntime-node. Models of a seed take turns when they are timed.
 *
 *   node bench/precision/run.mjs [--seeds 1,2,3,4,5] [--rounds 9] [--warmup 2] [--threads 2] [--out runs/precision] [--world data/review-world-v1]
 *     [--pretrained] [--json FILE]
 *
 * A seed whose run lies in the folder is not trained again. `--pretrained` also prints the bytes of BERT-base and CLIP ViT-B/32.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { generateReviewWorld } from '@crossmodal/dataset';
import { exportRun } from '@crossmodal/example';
import { runJob } from '../jobs/runJob.mjs';
import { bundleScript } from '../lib/bundleScript.mjs';
import { describeMachine, packageVersion } from '../lib/describeMachine.mjs';
import { meanInterval } from '../lib/meanInterval.mjs';
import { printTable } from '../lib/printTable.mjs';
import { quartiles } from '../lib/quartiles.mjs';
import { startSide } from '../lib/startSide.mjs';
import { takeTurns } from '../lib/takeTurns.mjs';
import { compareAnswers } from './compareAnswers.mjs';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1,2,3,4,5' },
    rounds: { type: 'string', default: '9' },
    warmup: { type: 'string', default: '2' },
    threads: { type: 'string', default: '2' },
    out: { type: 'string', default: 'runs/precision' },
    world: { type: 'string', default: 'data/review-world-v1' },
    pretrained: { type: 'boolean', default: false },
    json: { type: 'string' },
  },
});
const precisions = ['float32', 'float16', 'int8'];
const here = dirname(fileURLToPath(import.meta.url));
const out = resolve(values.out);
mkdirSync(out, { recursive: true });
await generateReviewWorld(values.world); // reads it, or writes it: not a part of what is compared
const bundle = bundleScript(join(here, 'answers.mjs'));

const trained = values.seeds.split(',').map((seed) => trainOnce(Number(seed)));
const results = [];
for (const run of trained) results.push(...(await measureRun(run)));
const machine = describeMachine();
const versions = { node: machine.node, 'onnxruntime-node': packageVersion('onnxruntime-node', import.meta.filename) };
console.log(`${machine.cpu}, ${values.threads} threads, load ${machine.load}`);
console.log(`${Object.entries(versions).map(([name, version]) => `${name} ${version}`).join(', ')}; ${trained.length} seed(s)\n`); // prettier-ignore
printTable([
  ['precision', 'accuracy', 'interval', 'other label', 'largest change', 'mean change', 'kB', 'ms', 'of float32'],
  ...precisions.map((precision) => {
    const own = results.filter((result) => result.precision === precision);
    const sum = (read) => own.reduce((total, result) => total + read(result), 0);
    const { mean, low, high } = meanInterval(own.map(({ accuracy }) => accuracy));
    const isExact = precision === 'float32';
    const rows = sum((result) => result.rows);
    return [
      precision,
      mean.toFixed(4),
      Number.isNaN(low) ? '' : `${low.toFixed(4)} to ${high.toFixed(4)}`,
      isExact ? '' : `${sum(({ changed }) => changed)} of ${rows}`,
      isExact ? '' : Math.max(...own.map(({ largest }) => largest)).toExponential(1),
      isExact ? '' : (sum((result) => result.mean * result.rows) / rows).toExponential(1),
      (sum(({ bytes }) => bytes) / own.length / 1e3).toFixed(1),
      quartiles(own.flatMap(({ milliseconds }) => milliseconds)).median.toFixed(2),
      // Round by round, so that slow minutes of the machine meet both.
      isExact ? '' : quartiles(own.flatMap(({ ratios }) => ratios)).median.toFixed(2),
    ];
  }),
]);
console.log('\nby seed\n');
printTable([
  ['seed', 'precision', 'accuracy', 'other label', 'largest change', 'mean change', 'median ms', 'quartiles ms'],
  ...results.map(({ seed, precision, accuracy, changed, largest, mean, milliseconds }) => {
    const { low, median, high } = quartiles(milliseconds);
    return [
      seed,
      precision,
      accuracy.toFixed(4),
      changed,
      largest.toExponential(1),
      mean.toExponential(1),
      median.toFixed(2),
      `${low.toFixed(2)} to ${high.toFixed(2)}`,
    ];
  }),
]);
const pretrained = values.pretrained ? pretrainedBytes() : undefined;
if (pretrained) {
  console.log('\nBERT-base, CLIP ViT-B/32 and cross-attention, random weights\n');
  printTable([
    ['precision', 'MB', 'of float32'],
    ...precisions.map((each) => [each, (pretrained[each] / 1e6).toFixed(1), (pretrained[each] / pretrained.float32).toFixed(2)]), // prettier-ignore
  ]);
}
if (values.json) {
  const threads = Number(values.threads);
  writeFileSync(values.json, `${JSON.stringify({ machine, versions, threads, results, pretrained }, null, 2)}\n`);
}

async function measureRun({ seed, run, accuracy }) {
  const folders = precisions.map((precision) => join(out, `model-${seed}-${precision}`));
  const bytes = [];
  for (const [i, precision] of precisions.entries()) {
    bytes.push((await exportRun(run, folders[i], { precision })).bytes);
  }
  const sides = precisions.map((precision, i) =>
    startSide(precision, process.execPath, [bundle, run, folders[i], values.threads]),
  );
  try {
    const answers = [];
    for (const [i, side] of sides.entries()) {
      const write = join(folders[i], 'answers.json');
      await side.ask({ write });
      answers.push(JSON.parse(readFileSync(write, 'utf8')));
    }
    const compared = answers.map((each) => compareAnswers(answers[0], each));
    assertSameAccuracy(seed, compared[0], accuracy);
    const [rounds, warmup] = [Number(values.rounds), Number(values.warmup)];
    const { times } = await takeTurns(sides, { label: `seed ${seed}`, rounds, warmup });
    return precisions.map((precision, i) => {
      const ratios = times[i].map((milliseconds, round) => milliseconds / times[0][round]);
      return { seed, precision, ...compared[i], bytes: bytes[i], milliseconds: times[i], ratios };
    });
  } finally {
    for (const side of sides) side.stop();
  }
}

/** As `npm start` trains; what was trained before is used again. */
function trainOnce(seed) {
  const file = join(out, `seed-${seed}.json`);
  if (!existsSync(file)) {
    const { run, accuracy } = runJob({ seed, worldDirectory: values.world, project: join(out, 'runs') });
    writeFileSync(file, `${JSON.stringify({ run, accuracy: accuracy.value }, null, 2)}\n`);
  }
  return { seed, ...JSON.parse(readFileSync(file, 'utf8')) };
}

/** The program measured the same model on the same rows; a probability near a half may fall to the other side. */
function assertSameAccuracy(seed, { accuracy, rows }, expected) {
  if (Math.abs(accuracy - expected) * rows < 1.5) return;
  throw new Error(
    `bench/precision: seed ${seed} in float32 must be right as often as after training, ${expected}, got ${accuracy}.`,
  );
}

function pretrainedBytes() {
  const script = bundleScript(join(here, 'pretrainedBytes.mjs'));
  return JSON.parse(execFileSync(process.execPath, [script, ...precisions], { encoding: 'utf8' }));
}
