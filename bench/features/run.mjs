/**
 * Trains the fusion on kept features, from memory and from disk, each in a process of its own; epochs take turns.
 *
 * Usage: node bench/features/run.mjs [samples] [epochs]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleScript } from '../lib/bundleScript.mjs';
import { describeMachine } from '../lib/describeMachine.mjs';
import { printTable } from '../lib/printTable.mjs';
import { quartiles } from '../lib/quartiles.mjs';
import { startSide } from '../lib/startSide.mjs';
import { takeTurns } from '../lib/takeTurns.mjs';

const [, , samples = '160', epochs = '3'] = process.argv;
const here = dirname(fileURLToPath(import.meta.url));
const bundle = bundleScript(join(here, 'measure.mjs'));
const folder = mkdtempSync(join(tmpdir(), 'bench-features-'));
const sides = ['memory', 'float32', 'float16'].map((from) =>
  startSide(from, process.execPath, [bundle, from, samples, join(folder, from)]),
);
try {
  const { times, last } = await takeTurns(sides, { label: 'epochs', rounds: Number(epochs), warmup: 1 });
  const { cpu, node, load } = describeMachine();
  console.log(`${cpu}, Node ${node}, ${samples} samples, load ${load}\n`);
  const inMemory = quartiles(times[0]).median;
  printTable([
    ['features from', 'epoch, s', 'of it loading, s', 'ratio', 'writing, s', 'opening, s'],
    ...sides.map(({ name }, i) => {
      const { median } = quartiles(times[i]);
      const { loadingSeconds, buildSeconds, openSeconds } = last[i];
      return [
        name === 'memory' ? name : `disk, ${name}`,
        (median / 1000).toFixed(2),
        loadingSeconds.toFixed(3),
        (median / inMemory).toFixed(2),
        buildSeconds?.toFixed(2) ?? '',
        openSeconds?.toFixed(2) ?? '',
      ];
    }),
  ]);
} finally {
  for (const side of sides) side.stop();
  rmSync(folder, { recursive: true });
}
