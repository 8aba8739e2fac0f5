/**
 * Compares a Vision Transformer that somebody else trained with the logits of an independent implementation.
 *
 * Usage: node bench/vit-cifar10/run.mjs <folder>
 */
import { spawnSync } from 'node:child_process';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const bundle = resolve(here, '../../node_modules/.cache/bench-vit-cifar10/measure.mjs');
const [, , folder] = process.argv;
if (!folder) {
  console.error('bench/vit-cifar10: a folder is needed, got none. Usage: node bench/vit-cifar10/run.mjs <folder>');
  process.exit(2);
}
buildSync({
  entryPoints: [join(here, 'measure.mjs')],
  outfile: bundle,
  bundle: true,
  platform: 'node',
  format: 'esm',
  conditions: ['@crossmodal/source'],
  external: ['@tensorflow/*', 'sharp'],
});
process.exit(spawnSync(process.execPath, [bundle, resolve(folder)], { stdio: 'inherit' }).status ?? 1);
