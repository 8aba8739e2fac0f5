import { parseArgs } from 'node:util';
import { startBackend } from '@crossmodal/backends';
import { trainable } from './model.mjs';

const { values } = parseArgs({
  options: {
    backend: { type: 'string', default: 'wasm' },
    model: { type: 'string', default: 'small' },
    length: { type: 'string', default: '128' },
    runs: { type: 'string', default: '5' },
  },
});
await startBackend(values.backend);
const { step } = trainable(values.model);
const batches = [1, 8, 16, 32, 64];
const times = new Map(batches.map((batch) => [batch, []]));
for (const batch of batches) await step(batch, Number(values.length), 1);
// Alternating, so that what else the machine does meets all sizes alike.
for (let run = 1; run <= Number(values.runs); run += 1) {
  for (const batch of batches) {
    const startedAt = performance.now();
    await step(batch, Number(values.length), run);
    times.get(batch).push((performance.now() - startedAt) / batch);
  }
}
for (const [batch, found] of times) {
  const sorted = found.sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)];
  console.log(
    `batch ${batch}: ${median.toFixed(3)} ms per sample (${sorted[0].toFixed(3)} to ${sorted.at(-1).toFixed(3)})`,
  );
}
