/**
 * Loads an encoder from a folder in a fresh process, on the cpu backend, and prints what it took.
 *
 * Usage: node bench/load/run.mjs <folder> [<folder> ...]
 */
import { spawnSync } from 'node:child_process';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const bundle = resolve(here, '../../node_modules/.cache/bench-load/load.mjs');
const folders = process.argv.slice(2);
if (folders.length === 0) {
  console.error('bench/load: at least one folder is needed, got none. Usage: node bench/load/run.mjs <folder>');
  process.exit(2);
}
buildSync({
  entryPoints: [join(here, 'load.mjs')],
  outfile: bundle,
  bundle: true,
  platform: 'node',
  format: 'esm',
  conditions: ['@crossmodal/source'],
  external: ['@tensorflow/*', '@huggingface/*', 'sharp'],
});
for (const folder of folders) {
  const { status } = spawnSync(process.execPath, [bundle, resolve(folder)], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
