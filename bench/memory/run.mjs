import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startBackend } from '@crossmodal/backends';
import { memory } from '@tensorflow/tfjs-core';
import { modelNames, trainable } from './model.mjs';
import { peakRss, restartPeak } from './peakRss.mjs';

const { values } = parseArgs({
  options: {
    backend: { type: 'string', default: 'wasm' },
    model: { type: 'string', default: 'small' },
    batch: { type: 'string', default: '8' },
    length: { type: 'string', default: '128' },
    steps: { type: 'string', default: '20' },
    'gradient-checkpointing': { type: 'boolean', default: false },
    'by-operation': { type: 'boolean', default: false },
    out: { type: 'string', default: 'runs/memory' },
  },
});
if (!modelNames.includes(values.model)) {
  throw new RangeError(`--model must be one of ${modelNames.join(', ')}, got ${values.model}.`);
}
const [steps, batch, length] = [values.steps, values.batch, values.length].map(Number);
const [gradientCheckpointing, byOperation] = [values['gradient-checkpointing'], values['by-operation']];

await startBackend(values.backend);
const startRss = process.memoryUsage.rss();
const { step, parameterBytes, refusals } = trainable(values.model, { gradientCheckpointing, byOperation });
const rows = [];
let peakBefore = 0;
for (let i = 1; i <= steps; i += 1) {
  restartPeak();
  const startedAt = performance.now();
  const loss = await step(batch, length, i);
  const milliseconds = performance.now() - startedAt;
  const peak = Math.max(peakBefore, peakRss());
  peakBefore = peak;
  // At most about 500 points of the curve; the first two, for a graph is made in the first step.
  if (i > 2 && i < steps && i % Math.ceil(steps / 500) !== 0) continue;
  const { numTensors, numBytes } = memory();
  rows.push({ step: i, rss: process.memoryUsage.rss(), peak, numTensors, numBytes, milliseconds, loss });
  peakBefore = 0;
}

const megabytes = (bytes) => Number((bytes / 2 ** 20).toFixed(1));
const name = [
  values.model,
  values.backend,
  `${batch}x${length}`,
  ...(gradientCheckpointing ? ['checkpointing'] : []),
  ...(byOperation ? ['by-operation'] : []),
].join('-');
const lines = rows.map((row) =>
  [
    row.step,
    megabytes(row.rss),
    megabytes(row.peak),
    row.numTensors,
    megabytes(row.numBytes),
    row.milliseconds.toFixed(1),
    row.loss,
  ].join(','),
);
mkdirSync(values.out, { recursive: true });
writeFileSync(
  join(values.out, `${name}.csv`),
  ['step,rss_mb,peak_mb,tensors,tensor_mb,ms,loss', ...lines].join('\n') + '\n',
);

console.log(`${name}: ${steps} steps${refusals.map((reason) => `; not as a graph: ${reason}`).join('')}`);
// AdamW's moments and the gradients are as large as the weights.
const fixed = startRss + 4 * parameterBytes;
console.log(
  `process ${megabytes(startRss)} MB; weights, gradients and moments ${megabytes(4 * parameterBytes)} MB; beyond both at the peak:`,
);
const [first, ...later] = rows;
for (const [which, of] of [
  ['first step', [first]],
  ['later steps', later],
]) {
  if (of.length === 0) continue;
  const peak = Math.max(...of.map((row) => row.peak));
  const times = of.map((row) => row.milliseconds).sort((a, b) => a - b);
  const [low, middle, high] = [0, Math.floor(times.length / 2), times.length - 1].map((i) => times[i].toFixed(1));
  console.log(
    `${which}: peak ${megabytes(peak)} MB, beyond ${megabytes(peak - fixed)} MB; ${middle} ms (${low} to ${high})`,
  );
}
for (const { step: at, rss, numTensors, numBytes } of [rows[Math.floor(rows.length / 10)], rows.at(-1)]) {
  console.log(`step ${at}: RSS ${megabytes(rss)} MB, ${numTensors} tensors, ${megabytes(numBytes)} MB in them`);
}
