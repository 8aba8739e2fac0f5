import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startBackend } from '@crossmodal/backends';
import { memory } from '@tensorflow/tfjs-core';
import { trainable } from './model.mjs';

const { values } = parseArgs({
  options: {
    backend: { type: 'string', default: 'wasm' },
    model: { type: 'string', default: 'small' },
    batch: { type: 'string', default: '8' },
    length: { type: 'string', default: '128' },
    steps: { type: 'string', default: '20' },
    'gradient-checkpointing': { type: 'boolean', default: false },
    out: { type: 'string', default: 'runs/memory' },
  },
});
const steps = Number(values.steps);
await startBackend(values.backend);
const { step } = trainable(values.model, { gradientCheckpointing: values['gradient-checkpointing'] });
const rows = [];
for (let i = 1; i <= steps; i += 1) {
  const loss = await step(Number(values.batch), Number(values.length), i);
  // At most about 500 points of the curve.
  if (i > 1 && i < steps && i % Math.ceil(steps / 500) !== 0) continue;
  const { numTensors, numBytes } = memory();
  rows.push({ step: i, rss: process.memoryUsage.rss(), numTensors, numBytes, loss });
}
const megabytes = (bytes) => Number((bytes / 2 ** 20).toFixed(1));
const name = `${values.model}-${values.backend}${values['gradient-checkpointing'] ? '-checkpointing' : ''}`;
mkdirSync(values.out, { recursive: true });
const lines = rows.map((row) => [row.step, megabytes(row.rss), row.numTensors, megabytes(row.numBytes), row.loss]);
writeFileSync(
  join(values.out, `${name}.csv`),
  ['step,rss_mb,tensors,tensor_mb,loss', ...lines.map((line) => line.join(','))].join('\n') + '\n',
);
const [first, last] = [rows[Math.floor(rows.length / 10)], rows.at(-1)];
console.log(`${name}: ${steps} steps of ${values.batch} x ${values.length}`);
console.log(`peak RSS of the process: ${megabytes(process.resourceUsage().maxRSS * 1024)} MB`);
for (const { step: at, rss, numTensors, numBytes } of [first, last]) {
  console.log(`step ${at}: RSS ${megabytes(rss)} MB, ${numTensors} tensors, ${megabytes(numBytes)} MB in them`);
}
