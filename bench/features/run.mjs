/**
 * Trains the fusion on kept features in a fresh process, from disk and from memory, and prints what an epoch took.
 *
 * Usage: node bench/features/run.mjs [samples]
 */
import { spawnSync } from 'node:child_process';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const bundle = resolve(here, '../../node_modules/.cache/bench-features/measure.mjs');
buildSync({
  entryPoints: [join(here, 'measure.mjs')],
  outfile: bundle,
  bundle: true,
  platform: 'node',
  format: 'esm',
  conditions: ['@crossmodal/source'],
  external: ['@tensorflow/*', '@huggingface/*', 'sharp'],
});
const { status } = spawnSync(process.execPath, [bundle, ...process.argv.slice(2)], { stdio: 'inherit' });
process.exit(status ?? 1);
