/**
 * Races a training step against PyTorch: forward, backward, clipping, AdamW, with the same shapes, threads and dropout. Both sides live in processes of
 * their own and step in turn, so that only one of them computes at a time.
 *
 *   node bench/step/run.mjs [--work main,bert,clip,both] [--backends onnxruntime,wasm] [--rounds 7] [--python PYTHON] [--threads 2] [--json FILE]
 *
 * PyTorch: pip install torch==2.13.0 transformers==5.24.0
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buildSync } from 'esbuild';

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
const bundle = resolve(here, '../../node_modules/.cache/bench-step/ours.mjs');
buildSync({
  entryPoints: [join(here, 'ours.mjs')],
  outfile: bundle,
  bundle: true,
  platform: 'node',
  format: 'esm',
  conditions: ['@crossmodal/source'],
  external: ['@tensorflow/*', '@huggingface/*', 'onnxruntime-node', 'sharp', 'webgpu'],
  logLevel: 'error',
});

const results = [];
for (const work of values.work.split(',')) {
  // Small steps are noisy and cheap.
  const rounds = work === 'main' ? 20 * Number(values.rounds) : Number(values.rounds);
  const warmup = work === 'main' ? 10 * Number(values.warmup) : Number(values.warmup);
  const sides = [
    start('PyTorch', values.python, [join(here, 'peer.py'), work, values.threads]),
    ...values.backends
      .split(',')
      .map((backend) => start(backend, process.execPath, [bundle, backend, work, values.threads])),
  ];
  for (let round = 0; round < warmup + rounds; round += 1) {
    for (const side of sides) {
      const report = await side.step();
      if (round >= warmup) side.times.push(report.milliseconds);
      Object.assign(side, { peakBytes: report.peakBytes, parameters: report.parameters });
      if (process.stderr.isTTY) process.stderr.write(`\r${work}: round ${round + 1} of ${warmup + rounds}   `);
    }
  }
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  for (const side of sides) side.end();
  const [peer] = sides;
  for (const { name, times, peakBytes, parameters } of sides) {
    const [low, middle, high] = quartiles(times);
    results.push({
      work,
      side: name,
      low,
      median: middle,
      high,
      ratio: middle / quartiles(peer.times)[1],
      rounds,
      peakBytes,
      parameters,
    });
  }
}

console.log(
  `${cpus()[0]?.model.trim()}, ${values.threads} threads, Node ${process.version}, load ${loadavg()[0]?.toFixed(1)}`,
);
console.log('work   side            median ms   quartiles ms         of PyTorch   peak GB   parameters');
for (const { work, side, low, median, high, ratio, peakBytes, parameters } of results) {
  const range = `${low.toFixed(1)} - ${high.toFixed(1)}`;
  console.log(
    `${work.padEnd(6)} ${side.padEnd(14)} ${median.toFixed(1).padStart(10)}   ${range.padEnd(20)} ${ratio.toFixed(2).padStart(10)} ${(peakBytes / 1e9).toFixed(2).padStart(9)} ${String(parameters).padStart(12)}`,
  );
}
if (values.json)
  writeFileSync(values.json, JSON.stringify({ node: process.version, threads: values.threads, results }, null, 2));

function start(name, command, args) {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const exited = once(child, 'exit').then(([code]) => ({ done: true, code }));
  return {
    name,
    times: [],
    peakBytes: 0,
    parameters: 0,
    async step() {
      child.stdin.write('step\n');
      const { done, value } = await Promise.race([lines.next(), exited]);
      if (done) throw new Error(`${name}: the process must answer each step, but it ended. Its message stands above.`);
      return JSON.parse(value);
    },
    end: () => child.stdin.end(),
  };
}

function quartiles(times) {
  const sorted = [...times].sort((left, right) => left - right);
  return [0.25, 0.5, 0.75].map((share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]);
}
