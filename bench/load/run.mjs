/**
 * Runs a script for each folder in a fresh process: `load` prints what loading took on the cpu backend, `compare` how far the outputs on the
 * wasm backend are from Python's.
 *
 * Usage: node bench/load/run.mjs load|compare <folder> [<folder> ...]
 */
import { spawnSync } from 'node:child_process';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const [script, ...folders] = process.argv.slice(2);
if (!['load', 'compare'].includes(script) || folders.length === 0) {
  console.error(
    'bench/load: a script and folders are needed. Usage: node bench/load/run.mjs load|compare <folder> [<folder> ...]',
  );
  process.exit(2);
}
const bundle = resolve(here, `../../node_modules/.cache/bench-load/${script}.mjs`);
buildSync({
  entryPoints: [join(here, `${script}.mjs`)],
  outfile: bundle,
  bundle: true,
  keepNames: true,
  platform: 'node',
  format: 'esm',
  conditions: ['@crossmodal/source'],
  external: ['@tensorflow/*', '@huggingface/*', 'sharp'],
});
for (const folder of folders) {
  const { status } = spawnSync(process.execPath, [bundle, resolve(folder)], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
