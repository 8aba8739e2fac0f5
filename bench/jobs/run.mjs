/**
 * The main job as a whole on each backend, seed by seed, and a table of what was measured so far. A job whose result lies in the folder is not run again,
 * so that the jobs may be measured one at a time.
 *
 *   node bench/jobs/run.mjs [--backends onnxruntime,wasm] [--seeds 1,2,3,4,5] [--out runs/jobs] [--world data/review-world-v1]
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { generateReviewWorld } from '@crossmodal/dataset';
import { describeMachine } from '../lib/describeMachine.mjs';
import { meanInterval } from '../lib/meanInterval.mjs';
import { printTable } from '../lib/printTable.mjs';
import { quartiles } from '../lib/quartiles.mjs';
import { runJob } from './runJob.mjs';

const { values } = parseArgs({
  options: {
    backends: { type: 'string', default: 'onnxruntime,wasm' },
    seeds: { type: 'string', default: '1,2,3,4,5' },
    out: { type: 'string', default: 'runs/jobs' },
    world: { type: 'string', default: 'data/review-world-v1' },
  },
});
const out = resolve(values.out);
mkdirSync(out, { recursive: true });
await generateReviewWorld(values.world); // reads it, or writes it: not a part of the job

for (const seed of values.seeds.split(',')) {
  for (const backend of values.backends.split(',')) {
    const file = join(out, `${backend}-${seed}.json`);
    if (existsSync(file)) continue;
    const { node, cpu, load } = describeMachine();
    const { run, ...result } = runJob({
      backend,
      seed: Number(seed),
      worldDirectory: values.world,
      project: join(out, 'runs'),
    });
    rmSync(run, { recursive: true }); // checkpoints are large
    writeFileSync(file, `${JSON.stringify({ backend, seed: Number(seed), ...result, node, cpu, load }, null, 2)}\n`);
  }
}

const results = readdirSync(out)
  .filter((name) => name.endsWith('.json'))
  .map((name) => JSON.parse(readFileSync(join(out, name), 'utf8')));
const backends = [...new Set(results.map(({ backend }) => backend))].sort();
const phases = Object.keys(results[0].seconds);
const [first] = results;
console.log(`${first.cpu}, Node ${first.node}; median over seeds, seconds\n`);
printTable([
  ['backend', 'jobs', 'whole job', ...phases, 'a step, ms', 'peak GB'],
  ...backends.map((backend) => {
    const own = results.filter((result) => result.backend === backend);
    const of = (read) => quartiles(own.map(read)).median;
    return [
      backend,
      own.length,
      of(({ wallSeconds }) => wallSeconds).toFixed(1),
      ...phases.map((phase) => of(({ seconds }) => seconds[phase]).toFixed(1)),
      of(({ medianStepSeconds }) => medianStepSeconds * 1000).toFixed(1),
      (of(({ peakBytes }) => peakBytes) / 1e9).toFixed(2),
    ];
  }),
]);
console.log('\nTest accuracy: mean over seeds and its 95% interval (Student)\n');
const intervals = backends.map((backend) => {
  const own = results.filter((result) => result.backend === backend);
  return { backend, seeds: own.map(({ seed, accuracy }) => `${seed}: ${accuracy.value.toFixed(3)}`), ...meanInterval(own.map(({ accuracy }) => accuracy.value)) }; // prettier-ignore
});
printTable([
  ['backend', 'mean', 'interval', 'by seed'],
  ...intervals.map(({ backend, mean, low, high, seeds }) => [
    backend,
    mean.toFixed(4),
    `${low.toFixed(4)} to ${high.toFixed(4)}`,
    seeds.join(', '),
  ]),
]);
if (intervals.every(({ low }) => Number.isFinite(low))) {
  const overlap = Math.max(...intervals.map(({ low }) => low)) <= Math.min(...intervals.map(({ high }) => high));
  console.log(`\nThe intervals ${overlap ? 'overlap' : 'do NOT overlap'}.`);
  process.exitCode = overlap ? 0 : 1;
}
